using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.Streams;

/// <summary>Two representations for streams of sine waves, one learned through whole streams, one through single waves.</summary>
[Claim(
    "interference-meta/forgets-less",
    Says = "On regression tasks in sequence, a representation meta-trained against interference forgets less than one meta-trained for fast adaptation alone.",
    Source = "arXiv:1910.01705, incremental sine waves",
    Seconds = 5.0)]
internal sealed class ForgetsLess : Claim<ForgetsLess.Subject>
{
    private const int Waves = 4;
    private const int Each = 3;
    private const int Rows = 10;
    private const double Rate = 0.1;

    // One-sided 95 % of Student's t with as many degrees of freedom as seeds less one.
    private static readonly Dictionary<int, double> s_limits = new() { [6] = 2.015, [8] = 1.895 };

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(Waves, 1);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["streams-of-one-wave"] = new(1, 1),
        ["not-trained"] = new(Waves, 0),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        var seeds = context.Full ? 8 : 6;
        var gradients = context.Full ? 20_000 : 1_170;
        var (differences, against, fast, after, fastAfter) = (new double[seeds], 0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < seeds; i++)
        {
            var seed = context.Seed.Derive(i);
            using var robust = Learn(subject.Waves, (long)(gradients * subject.Share), seed, context.CancellationToken);
            using var quick = Learn(1, gradients, seed, context.CancellationToken);
            var (ours, oursAfter) = Forgotten(robust, seed);
            var (theirs, theirsAfter) = Forgotten(quick, seed);
            differences[i] = theirs - ours;
            against += ours / seeds;
            fast += theirs / seeds;
            after += oursAfter / seeds;
            fastAfter += theirsAfter / seeds;
        }

        var mean = differences.Average();
        var error = Math.Sqrt(differences.Sum(r => (r - mean) * (r - mean)) / (seeds - 1) / seeds);
        var limit = s_limits[seeds] * error;
        var verdict = mean > limit ? Verdict.Holds : mean < -limit ? Verdict.Fails : Verdict.Inconclusive;
        return new ClaimOutcome(
            verdict,
            new Dictionary<string, double>
            {
                ["seeds"] = seeds,
                ["log_rise_of_loss_against_interference"] = against,
                ["log_rise_of_loss_for_fast_adaptation"] = fast,
                ["difference_that_noise_explains"] = limit,
                ["last_loss_against_interference"] = after,
                ["last_loss_for_fast_adaptation"] = fastAfter,
            });
    }

    private static bool IsHead(Parameter parameter) => parameter.Name.StartsWith("layers.2.", StringComparison.Ordinal);

    private static Mlp Learn(int waves, long gradients, Seed seed, CancellationToken cancellationToken)
    {
        var model = new Mlp([Waves + 1, 40, 40, 1], seed);
        if (gradients == 0)
        {
            return model;
        }

        var method = new InterferenceMeta(new() { InnerSteps = waves * Each, InnerRate = Rate }, IsHead);
        using var run = method.Begin(
            model, [new SineSequence(waves, Each, Rows, Waves, seed.Derive("training"))], new AdamOptions { LearningRate = 5e-3 });
        run.Run(new() { Rounds = long.MaxValue / 1024, Gradients = gradients, CancellationToken = cancellationToken });
        cancellationToken.ThrowIfCancellationRequested();
        return model;
    }

    // Along new streams: how much the loss on waves has risen at the end of the stream since each was learned, as a logarithm.
    private static (double Rise, double Last) Forgotten(Mlp model, Seed seed)
    {
        const int streams = 8;
        var stream = new SineSequence(Waves, Each, Rows, Waves, seed.Derive("new"));
        var kept = model.Parameters.Select(p => p.Value.Detach().ToDoubles()).ToArray();
        var (atFirst, last) = (0.0, 0.0);
        for (var s = 0; s < streams; s++)
        {
            var learned = new double[Waves];
            for (var wave = 0; wave < Waves; wave++)
            {
                for (var i = 0; i < Each; i++)
                {
                    Step(model, stream);
                }

                learned[wave] = LossOn(model, stream, wave);
            }

            for (var wave = 0; wave < Waves; wave++)
            {
                var now = LossOn(model, stream, wave);
                last += now / (streams * Waves);
                atFirst += learned[wave] / (streams * Waves);
            }

            using var mode = GradMode.Disable();
            for (var p = 0; p < kept.Length; p++)
            {
                using var scope = new TensorScope();
                var value = model.Parameters[p].Value;
                value.CopyFrom(Tensor.From<double>(kept[p], value.Shape));
            }
        }

        return (Math.Log(last / atFirst), last);
    }

    private static void Step(Mlp model, SineSequence stream)
    {
        using var scope = new TensorScope();
        using var batch = stream.NextBatch();
        stream.Loss(model, batch).Backward();
        using var mode = GradMode.Disable();
        foreach (var parameter in model.Parameters)
        {
            if (IsHead(parameter))
            {
                parameter.Value.CopyFrom(parameter.Value - (parameter.Gradient! * Rate));
            }

            parameter.Value.Gradient = null;
        }
    }

    private static double LossOn(Mlp model, SineSequence stream, int wave)
    {
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        using var batch = stream.Samples(wave, 64);
        return stream.Loss(model, batch).Item();
    }

    /// <summary>Waves of a training stream, and the share of the gradients that training may take.</summary>
    internal sealed record Subject(int Waves, double Share);
}
