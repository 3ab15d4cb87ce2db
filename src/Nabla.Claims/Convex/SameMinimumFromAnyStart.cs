using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Convex;

namespace Nabla.Claims.Convex;

/// <summary>ADMM from several starts and stochastic gradients from many, on small regressions.</summary>
[Claim(
    "convex-relu-admm/same-minimum-from-any-start",
    Says = "ADMM on the convex program of a network with one hidden layer reaches the same loss from any start, below the best of many starts of stochastic gradients.",
    Source = "arXiv:2201.01965, abstract and section 3; the data are Nabla's",
    Seconds = 3)]
internal sealed class SameMinimumFromAnyStart : Claim<SameMinimumFromAnyStart.Variant>
{
    /// <summary>How ADMM is run.</summary>
    /// <param name="Change">What is changed in its options.</param>
    /// <param name="Iterations">The most iterations.</param>
    internal sealed record Variant(Func<ConvexReluOptions, ConvexReluOptions> Change, int Iterations = 3000);

    private const double Beta = 0.05;

    // Losses of starts differ by what is left after the iterations, less than 1e-4; stochastic gradients stay 4e-3 above or more.
    private const double Same = 1e-3;

    /// <inheritdoc/>
    protected override Variant Method { get; } = new(o => o);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Variant> Defects { get; } = new Dictionary<string, Variant>
    {
        ["few-patterns"] = new(o => o with { Patterns = 6 }),
        ["multipliers-nearly-at-rest"] = new(o => o with { DualStep = 1e-3 }),
        ["ended-at-once"] = new(o => o, 20),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Variant subject, ClaimContext context)
    {
        int problems = context.Full ? 5 : 1, starts = context.Full ? 5 : 3, restarts = context.Full ? 100 : 9;
        double spread = 0, lead = double.PositiveInfinity;
        for (var p = 0; p < problems; p++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var rows = Rows(context.Seed.Derive($"rows {p}"));
            double least = double.PositiveInfinity, most = 0;
            for (var s = 0; s < starts; s++)
            {
                var options = subject.Change(new ConvexReluOptions { Beta = Beta, Intercept = true, Rho = 0.1, StartScale = s * 0.5 });
                var result = new ConvexReluAdmm(options).Train(
                    rows, context.Seed.Derive($"start {s}"), new() { Iterations = subject.Iterations, Tolerance = 1e-7, CancellationToken = context.CancellationToken });
                var loss = result.Network.Loss(rows, ReluLoss.Squared, Beta);
                (least, most) = (Math.Min(least, loss), Math.Max(most, loss));
            }

            var stochastic = double.PositiveInfinity;
            for (var r = 0; r < restarts; r++)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var layer = new HiddenLayer(rows.Count + 1, rows.Columns, ReluLoss.Squared, Beta, context.Seed.Derive($"restart {r}"));
                layer.Train(rows, context.Full ? 20_000 : 3000, ((double[])[0.001, 0.003, 0.01])[r % 3], 0, context.Seed.Derive($"order {r}"));
                stochastic = Math.Min(stochastic, layer.Network.Loss(rows, ReluLoss.Squared, Beta));
            }

            spread = Math.Max(spread, (most - least) / least);
            lead = Math.Min(lead, (stochastic - most) / most);
        }

        return ClaimOutcome.Of(
            spread <= Same && lead > Same,
            ("largest_difference_between_starts", spread),
            ("least_lead_over_stochastic_gradients", lead),
            ("limit", Same));
    }

    private static LabelledRows Rows(Seed seed)
    {
        const int Count = 10;
        var random = new RandomStream(seed);
        double[] features = new double[2 * Count], labels = new double[Count];
        for (var k = 0; k < Count; k++)
        {
            var (a, b) = (features[2 * k], features[(2 * k) + 1]) = (random.NextGaussian(), random.NextGaussian());
            labels[k] = Math.Sin(3 * a) + (a * b) + (0.3 * random.NextGaussian());
        }

        return new LabelledRows(features, 2, labels);
    }
}
