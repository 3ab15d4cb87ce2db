using Nabla.Claims.FirstOrder.Networks;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.Merging;

/// <summary>
/// A classifier trained on blurred clouds of all classes goes through tasks of two classes each, with a memory of earlier rows and
/// without; its accuracy on all classes with slow weights is held against that with the trained ones.
/// </summary>
[Claim(
    "momentum-interpolation/forgets-less",
    Says = "Over a sequence of tasks from a trained model, momentum-interpolated weights keep higher accuracy on all of them than fine-tuned ones, with and without a memory of earlier tasks.",
    Source = "arXiv:2211.03186, abstract; the tasks are Nabla's",
    Seconds = 2)]
internal sealed class SlowWeightsForgetLess : Claim<SlowWeightsForgetLess.Variant>
{
    /// <summary>How the slow weights differ.</summary>
    /// <param name="Options">Their options.</param>
    internal sealed record Variant(MomentumInterpolationOptions Options);

    private const int Features = 16;
    private const int Classes = 10;
    private const int Steps = 200;
    private const int Remembered = 2;

    // Slow weights led by 0.09 or more without a memory and by 0.03 or more with one, at all seeds tried.
    private const double Margin = 0.02;

    /// <inheritdoc/>
    protected override Variant Method { get; } = new(new MomentumInterpolationOptions { Momentum = 0.99 });

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Variant> Defects { get; } = new Dictionary<string, Variant>
    {
        ["no-momentum"] = new(new MomentumInterpolationOptions { Momentum = 0 }),
        ["never-follows"] = new(new MomentumInterpolationOptions { Momentum = 1 }),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Variant subject, ClaimContext context)
    {
        var runs = context.Full ? 10 : 2;
        double start = 0;
        double[] fast = new double[2], slow = new double[2];
        for (var r = 0; r < runs; r++)
        {
            var data = new Clouds(context.Seed.Derive($"run {r}"));
            for (var memory = 0; memory < 2; memory++)
            {
                using var scope = new TensorScope();
                using var model = new Mlp([Features, 48, Classes], context.Seed.Derive($"weights {r}"));
                var blurred = data.Draw(0, Classes, 10, 1.8);
                Train(model, _ => blurred, 150, null, context);
                var test = data.Draw(0, Classes, 60, 1.2);
                start += Accuracy(model, test) / (2 * runs);
                using var weights = Sequence(subject, model, data, memory == 1, context);
                fast[memory] += Accuracy(model, test) / runs;
                weights.UseSlow();
                slow[memory] += Accuracy(model, test) / runs;
            }
        }

        return ClaimOutcome.Of(
            slow[0] >= fast[0] + Margin && slow[1] >= fast[1] + Margin,
            ("accuracy_before", start),
            ("fine_tuned_accuracy", fast[0]),
            ("slow_accuracy", slow[0]),
            ("fine_tuned_accuracy_with_memory", fast[1]),
            ("slow_accuracy_with_memory", slow[1]),
            ("margin", Margin));
    }

    /// <summary>Tasks of two classes, one after the other; with a memory half of the rows are of earlier tasks.</summary>
    private static SlowWeights Sequence(Variant subject, Mlp model, Clouds data, bool hasMemory, ClaimContext context)
    {
        var slow = new MomentumInterpolation(subject.Options).Follow(model);
        for (var task = 0; task < Classes; task += 2)
        {
            var rows = data.Draw(task, 2, 40, 1.2);
            var memory = hasMemory && task > 0 ? data.Draw(0, task, Remembered, 1.2) : ((Tensor Inputs, Tensor Labels)?)null;
            Train(model, _ => rows, Steps, () => slow.Step(), context, memory);
        }

        return slow;
    }

    private static void Train(
        Mlp model,
        Func<int, (Tensor Inputs, Tensor Labels)> rows,
        int steps,
        Action? after,
        ClaimContext context,
        (Tensor Inputs, Tensor Labels)? memory = null)
    {
        NetworkRun.Train(
            model,
            new AdamOptions { LearningRate = 0.005 },
            steps,
            step =>
            {
                // The step before has been made when the next loss is asked for.
                if (step > 0)
                {
                    after?.Invoke();
                }

                var (inputs, labels) = rows(step);
                var loss = model.Forward(inputs).CrossEntropyLoss(labels);
                return memory is { } earlier ? loss + model.Forward(earlier.Inputs).CrossEntropyLoss(earlier.Labels) : loss;
            },
            context.CancellationToken);
        after?.Invoke();
    }

    private static double Accuracy(Mlp model, (Tensor Inputs, Tensor Labels) rows)
    {
        using var scope = new TensorScope();
        var scores = model.Forward(rows.Inputs).ToDoubles();
        var labels = rows.Labels.ToArray<long>();
        return Enumerable.Range(0, labels.Length).Average(
            k => Enumerable.Range(0, Classes).MaxBy(c => scores[(k * Classes) + c]) == labels[k] ? 1.0 : 0);
    }

    /// <summary>Points around a middle for each class.</summary>
    private sealed class Clouds(Seed seed)
    {
        private readonly RandomStream _random = new(seed.Derive("points"));
        private readonly double[] _middles = Gaussians(new RandomStream(seed.Derive("middles")), Classes * Features);

        /// <summary>As many points of each of some classes.</summary>
        public (Tensor Inputs, Tensor Labels) Draw(int first, int classes, int each, double spread)
        {
            var (inputs, labels) = (new float[classes * each * Features], new long[classes * each]);
            for (var k = 0; k < labels.Length; k++)
            {
                labels[k] = first + (k % classes);
                for (var i = 0; i < Features; i++)
                {
                    inputs[(k * Features) + i] = (float)(_middles[(labels[k] * Features) + i] + (spread * _random.NextGaussian()));
                }
            }

            return (Tensor.From<float>(inputs, labels.Length, Features), Tensor.From<long>(labels, labels.Length));
        }

        private static double[] Gaussians(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
    }
}
