using Nabla.Core;
using Nabla.Procedures.Convex;

namespace Nabla.Claims.Convex;

/// <summary>Robust convex training against training on attacked rows, both attacked over a grid.</summary>
[Claim(
    "convex-robust-relu/withstands-attacks",
    Says = "Robust convex training reaches a lower loss under moved features than training on rows attacked by projected gradients.",
    Source = "arXiv:2105.12237, abstract and experiments; the data are Nabla's",
    Seconds = 3)]
internal sealed class WithstandsAttacks : Claim<WithstandsAttacks.Variant>
{
    /// <summary>How robust convex training differs.</summary>
    /// <param name="Change">What is changed in the options.</param>
    internal sealed record Variant(Func<ConvexRobustReluOptions, ConvexRobustReluOptions> Change);

    private const double Radius = 0.1;
    private const double Beta = 0.01;

    /// <inheritdoc/>
    protected override Variant Method { get; } = new(o => o);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Variant> Defects { get; } = new Dictionary<string, Variant>
    {
        ["not-robust"] = new(o => o with { Radius = 0 }),
        ["few-patterns"] = new(o => o with { Patterns = 3 }),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Variant subject, ClaimContext context)
    {
        var problems = context.Full ? 20 : 3;
        const int Count = 12;
        double rightOurs = 0, rightTheirs = 0, ours = 0, theirs = 0;
        for (var p = 0; p < problems; p++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var rows = TwoClasses.Squares(Count, context.Seed.Derive($"rows {p}"));
            var unseen = TwoClasses.Squares(300, context.Seed.Derive($"unseen {p}"));
            var options = subject.Change(new ConvexRobustReluOptions { Radius = Radius, Beta = Beta, Patterns = 0, Intercept = true, Rho = 0.01 });
            var convex = new ConvexRobustRelu(options).Train(
                rows, context.Seed.Derive($"patterns {p}"), new() { Iterations = 2000, Tolerance = 1e-5, CancellationToken = context.CancellationToken }).Network;
            var attacked = Attacked(rows, context, p);
            ours += Worst(convex, rows).Loss / problems;
            theirs += Worst(attacked, rows).Loss / problems;
            rightOurs += Worst(convex, unseen).Right / problems;
            rightTheirs += Worst(attacked, unseen).Right / problems;
        }

        return ClaimOutcome.Of(
            ours < theirs,
            ("convex_loss_under_attack", ours),
            ("projected_gradient_loss_under_attack", theirs),
            ("convex_unseen_rows_right_under_attack", rightOurs),
            ("projected_gradient_unseen_rows_right_under_attack", rightTheirs));
    }

    /// <summary>The best of three rates of training on attacked rows.</summary>
    private static ReluNetwork Attacked(LabelledRows rows, ClaimContext context, int problem)
    {
        var networks = ((double[])[0.02, 0.05, 0.1]).Select(rate =>
        {
            var layer = new HiddenLayer(20, 2, ReluLoss.Hinge, Beta, context.Seed.Derive($"start {problem}"));
            layer.Train(rows, context.Full ? 5000 : 800, rate, Radius, context.Seed.Derive($"order {problem}"));
            return layer.Network;
        });
        return networks.MinBy(network => Worst(network, rows).Loss)!;
    }

    /// <summary>The share of rows that stay right and the mean hinge loss with the penalty, at the worst of a grid within the radius.</summary>
    private static (double Right, double Loss) Worst(ReluNetwork network, LabelledRows rows)
    {
        const int Half = 4;
        double right = 0, loss = network.Loss(rows, ReluLoss.Hinge, Beta) - network.Loss(rows, ReluLoss.Hinge);
        for (var k = 0; k < rows.Count; k++)
        {
            var least = double.PositiveInfinity;
            for (var i = -Half; i <= Half; i++)
            {
                for (var j = -Half; j <= Half; j++)
                {
                    var output = network.Output([rows.Row(k)[0] + (Radius * i / Half), rows.Row(k)[1] + (Radius * j / Half)]);
                    least = Math.Min(least, rows.Labels[k] * output);
                }
            }

            right += least > 0 ? 1.0 / rows.Count : 0;
            loss += Math.Max(0, 1 - least) / rows.Count;
        }

        return (right, loss);
    }
}
