using Nabla.Procedures.Convex;

namespace Nabla.Claims.Convex;

/// <summary>The loss of training on drawn activation patterns against that on all of them.</summary>
[Claim(
    "convex-robust-relu/sampled-reaches-exact",
    Says = "Training on a number of drawn activation patterns linear in the rows reaches the exact minimum closely.",
    Source = "arXiv:2105.12237, abstract and section 3; the data are Nabla's",
    Seconds = 2)]
internal sealed class SampledReachesExact : Claim<SampledReachesExact.Variant>
{
    /// <summary>How training on drawn patterns differs.</summary>
    /// <param name="PatternsARow">Patterns drawn for each row.</param>
    /// <param name="Change">What is changed in the options of training on drawn patterns.</param>
    internal sealed record Variant(double PatternsARow, Func<ConvexRobustReluOptions, ConvexRobustReluOptions> Change);

    private const int Count = 8;

    private const double Margin = 0.05;

    /// <inheritdoc/>
    protected override Variant Method { get; } = new(3, o => o);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Variant> Defects { get; } = new Dictionary<string, Variant>
    {
        ["a-third-of-a-pattern-a-row"] = new(0.3, o => o),
        ["intercept-forgotten"] = new(3, o => o with { Intercept = false }),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Variant subject, ClaimContext context)
    {
        var problems = context.Full ? 30 : 4;
        double worst = 0, sum = 0, share = 0;
        for (var p = 0; p < problems; p++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var rows = TwoClasses.Squares(Count, context.Seed.Derive($"rows {p}"));
            var options = new ConvexRobustReluOptions { Radius = 0, Beta = 0.01, Patterns = 0, Intercept = true, Rho = 0.01 };
            ConvexReluResult Train(ConvexRobustReluOptions o) => new ConvexRobustRelu(o).Train(
                rows, context.Seed.Derive($"patterns {p}"), new() { Iterations = 4000, Tolerance = 1e-6, CancellationToken = context.CancellationToken });
            var exact = Train(options);
            var drawn = Train(subject.Change(options with { Patterns = (int)Math.Ceiling(subject.PatternsARow * Count) }));
            var excess = (drawn.Network.Loss(rows, ReluLoss.Hinge, options.Beta) - exact.Loss) / exact.Loss;
            worst = Math.Max(worst, Math.Abs(excess));
            sum += Math.Abs(excess);
            share += (double)drawn.Patterns / exact.Patterns;
        }

        return ClaimOutcome.Of(
            sum / problems <= Margin,
            ("mean_excess_of_drawn_patterns", sum / problems),
            ("largest_excess", worst),
            ("share_of_the_patterns", share / problems),
            ("limit_of_the_mean", Margin));
    }
}
