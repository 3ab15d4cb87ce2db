using Nabla.Experiments;
using Nabla.Problems.Objectives;

namespace Nabla.Claims.Adaptation.MetaLearning;

/// <summary>A family of wrong bases that two tasks cannot tell from the true one.</summary>
[Claim(
    "meta-lora/two-tasks-are-not-enough",
    Says = "Two tasks of rank 1 have zero loss at bases off by rank 2, from which a new task needs rank 3.",
    Source = "arXiv:2410.22264, T = 2; the family by hyperbolic turns of the two true vectors",
    Seconds = 0.05)]
internal sealed class TwoTasksAreNotEnough : Claim<Func<double, (double Along, double Across, double Sign)>>
{
    private const double Zero = 1e-9;

    /// <inheritdoc/>
    protected override Func<double, (double Along, double Across, double Sign)> Method { get; } = s => (Math.Cosh(s), Math.Sinh(s), 1);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<double, (double Along, double Across, double Sign)>> Defects { get; } =
        new Dictionary<string, Func<double, (double Along, double Across, double Sign)>>
        {
            ["circular-turns"] = s => (Math.Cos(s), Math.Sin(s), 1),
            ["no-turn"] = _ => (1, 0, 1),
            ["second-vector-turned-back"] = s => (Math.Cosh(s), Math.Sinh(s), -1),
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<double, (double Along, double Across, double Sign)> subject, ClaimContext context)
    {
        const int dimension = 10;
        var all = PlantedTasks.Draw(dimension, 1, 3, context.Seed);
        var old = new PlantedTasks(dimension, 1, [.. all.Common], [.. all.Factors.Take(2)]);
        var loss = new ProfiledAdapterLoss(old, 1, symmetric: true);
        var (largest, ranks, off) = (0.0, new List<int>(), new List<int>());
        foreach (var s in new[] { 0.3, 1, 2 })
        {
            var (along, across, sign) = subject(s);
            double[] v = [.. all.Factors[0].Zip(all.Factors[1], (a, b) => (along * a) + (across * b))];
            double[] w = [.. all.Factors[0].Zip(all.Factors[1], (a, b) => (sign * across * a) + (along * b))];
            double[] point = [.. v, .. w];
            var based = loss.Base(point);
            // Relative to the size of the adapters, which grow with s.
            largest = Math.Max(largest, loss.Value(point) / Math.Pow(point.Sum(x => x * x), 2));
            off.Add(LinearMetaLearning.Missing(all.Common, based).Count(x => Math.Abs(x) > Zero));
            ranks.Add(LinearMetaLearning.Missing(all.Matrix(2), based).Count(x => Math.Abs(x) > Zero));
        }

        return ClaimOutcome.Of(
            largest < 1e-20 && off.TrueForAll(rank => rank == 2) && ranks.TrueForAll(rank => rank == 3),
            ("largest_relative_loss", largest),
            ("least_rank_that_the_base_is_off", off.Min()),
            ("least_rank_that_a_new_task_needs", ranks.Min()));
    }
}
