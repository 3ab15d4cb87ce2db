using Nabla.Claims.FirstOrder.Networks;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.Merging;

/// <summary>
/// Networks that answer sums modulo seven. All begin at one base, which has seen answers that are right half of the time; one
/// learns on by such examples, one by group relative rewards, a third learns another task as well. The difference of the
/// first two is added to the third, and subtracted.
/// </summary>
[Claim(
    "reasoning-vectors/added-raises-subtracted-lowers",
    Says = "Adding the difference of a model trained by rewards and one trained by examples to a compatible third raises its score; subtracting lowers it.",
    Source = "arXiv:2509.01363, abstract; task and networks are Nabla's",
    Seconds = 2)]
internal sealed class ReasoningIsCarriedOver : Claim<ReasoningIsCarriedOver.Variant>
{
    /// <summary>How the models and their merging differ.</summary>
    /// <param name="Alpha">How much is added in place of 1.</param>
    /// <param name="ByRewards">Whether the first model learns by rewards.</param>
    /// <param name="OneStart">Whether the third model began at the same base.</param>
    internal sealed record Variant(double Alpha = 1, bool ByRewards = true, bool OneStart = true);

    private const int Modulus = 7;
    private const int Width = 64;
    private const int Group = 8;

    // The score moves by three tenths or more at all seeds tried, and by less than a hundredth without rewards.
    private const double Margin = 0.1;

    /// <inheritdoc/>
    protected override Variant Method { get; } = new();

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Variant> Defects { get; } = new Dictionary<string, Variant>
    {
        ["signs-exchanged"] = new(Alpha: -1),
        ["no-rewards"] = new(ByRewards: false),
        ["third-from-another-base"] = new(OneStart: false),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Variant subject, ClaimContext context)
    {
        var runs = context.Full ? 10 : 2;
        double before = 0, added = 0, subtracted = 0, rewarded = 0, taught = 0, other = 0, otherAdded = 0;
        for (var r = 0; r < runs; r++)
        {
            using var scope = new TensorScope();
            var seed = context.Seed.Derive($"run {r}");
            using var start = Base(seed, context);
            using var plain = Copy(start);
            using var learned = Copy(start);
            using var third = subject.OneStart ? Copy(start) : Base(seed.Derive("another"), context);
            ByExamples(plain, seed.Derive("plain"), 100, false, context);
            if (subject.ByRewards)
            {
                ByRewards(learned, seed.Derive("rewards"), 150, context);
            }
            else
            {
                ByExamples(learned, seed.Derive("more"), 100, false, context);
            }

            ByExamples(third, seed.Derive("third"), 200, true, context);
            using var plus = Copy(third);
            using var minus = Copy(third);
            new ReasoningVectors(new ReasoningVectorsOptions { Alpha = subject.Alpha }).Merge(plus, learned, plain);
            new ReasoningVectors(new ReasoningVectorsOptions { Alpha = -subject.Alpha }).Merge(minus, learned, plain);
            before += Score(third, false) / runs;
            added += Score(plus, false) / runs;
            subtracted += Score(minus, false) / runs;
            rewarded += Score(learned, false) / runs;
            taught += Score(plain, false) / runs;
            other += Score(third, true) / runs;
            otherAdded += Score(plus, true) / runs;
        }

        return ClaimOutcome.Of(
            added >= before + Margin && subtracted <= before - Margin,
            ("score", before),
            ("score_with_the_difference_added", added),
            ("score_with_it_subtracted", subtracted),
            ("score_of_the_model_trained_by_rewards", rewarded),
            ("score_of_the_model_trained_by_examples", taught),
            ("score_on_its_own_task", other),
            ("score_on_its_own_task_with_the_difference_added", otherAdded),
            ("margin", Margin));
    }

    private static Mlp Base(Seed seed, ClaimContext context)
    {
        var model = new Mlp([(2 * Modulus) + 1, Width, Modulus], seed.Derive("weights"));
        ByExamples(model, seed.Derive("base"), 300, false, context);
        return model;
    }

    private static Mlp Copy(Mlp model)
    {
        var copy = new Mlp([(2 * Modulus) + 1, Width, Modulus], default);
        WeightCombination.Into(copy, [(1, model)]);
        return copy;
    }

    /// <summary>All pairs of digits; a mark asks for the difference in place of the sum.</summary>
    private static Tensor Questions(bool differences)
    {
        var inputs = new float[Modulus * Modulus * ((2 * Modulus) + 1)];
        for (var k = 0; k < Modulus * Modulus; k++)
        {
            var row = inputs.AsSpan(k * ((2 * Modulus) + 1));
            (row[k / Modulus], row[Modulus + (k % Modulus)], row[2 * Modulus]) = (1, 1, differences ? 1 : 0);
        }

        return Tensor.From<float>(inputs, Modulus * Modulus, (2 * Modulus) + 1);
    }

    private static int Answer(int question, bool differences) =>
        ((question / Modulus) + (differences ? Modulus - (question % Modulus) : question % Modulus)) % Modulus;

    /// <summary>The mean probability of the right answer.</summary>
    private static double Score(Mlp model, bool differences)
    {
        using var scope = new TensorScope();
        var probabilities = model.Forward(Questions(differences)).Softmax(1).ToDoubles();
        return Enumerable.Range(0, Modulus * Modulus).Average(k => probabilities[(k * Modulus) + Answer(k, differences)]);
    }

    /// <summary>Cross-entropy on drawn answers that are right half of the time, or else one too high; the other task's are right.</summary>
    private static void ByExamples(Mlp model, Seed seed, int steps, bool otherTask, ClaimContext context)
    {
        var random = new RandomStream(seed);
        NetworkRun.Train(
            model,
            new AdamOptions { LearningRate = 0.005 },
            steps,
            _ =>
            {
                var labels = Enumerable.Range(0, Modulus * Modulus).Select(k => (long)((Answer(k, false) + random.NextInt(2)) % Modulus)).ToArray();
                var loss = model.Forward(Questions(false)).CrossEntropyLoss(Tensor.From<long>(labels, labels.Length));
                if (otherTask)
                {
                    long[] others = [.. Enumerable.Range(0, Modulus * Modulus).Select(k => (long)Answer(k, true))];
                    loss = loss + model.Forward(Questions(true)).CrossEntropyLoss(Tensor.From<long>(others, others.Length));
                }

                return loss;
            },
            context.CancellationToken);
    }

    /// <summary>Policy gradients with rewards relative to those of a group of answers to one question, in units of their deviation.</summary>
    private static void ByRewards(Mlp model, Seed seed, int steps, ClaimContext context)
    {
        var random = new RandomStream(seed);
        NetworkRun.Train(
            model,
            new AdamOptions { LearningRate = 0.005 },
            steps,
            _ =>
            {
                var logs = model.Forward(Questions(false)).LogSoftmax(1);
                return -(logs * Advantages(logs.ToDoubles(), random)).Sum() / (double)(Modulus * Modulus * Group);
            },
            context.CancellationToken);
    }

    private static Tensor Advantages(double[] logs, RandomStream random)
    {
        var advantages = new float[logs.Length];
        for (var k = 0; k < Modulus * Modulus; k++)
        {
            var drawn = new int[Group];
            var right = 0;
            for (var g = 0; g < Group; g++)
            {
                var rest = random.NextDouble();
                while (drawn[g] < Modulus - 1 && (rest -= Math.Exp(logs[(k * Modulus) + drawn[g]])) > 0)
                {
                    drawn[g]++;
                }

                right += drawn[g] == Answer(k, false) ? 1 : 0;
            }

            double mean = (double)right / Group, deviation = Math.Sqrt(mean * (1 - mean)) + 1e-6;
            foreach (var answer in drawn)
            {
                advantages[(k * Modulus) + answer] += (float)(((answer == Answer(k, false) ? 1 : 0) - mean) / deviation);
            }
        }

        return Tensor.From<float>(advantages, Modulus * Modulus, Modulus);
    }
}
