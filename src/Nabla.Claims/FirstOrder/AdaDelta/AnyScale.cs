using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.AdaDelta;

/// <summary>Without a rate to set, the way taken does not depend on the scale of the loss.</summary>
[Claim(
    "adadelta/any-scale",
    Says = "Without a learning rate to tune, the way taken is the same for losses of any scale, over six orders of magnitude.",
    Source = "arXiv:1212.5701, on units and on sensitivity to hyperparameters",
    Seconds = 0.1)]
internal sealed class AnyScale() : RuleClaim<AdaDeltaOptions>(
    ("undivided", options => new SgdOptions { LearningRate = 1e-7 * options.LearningRate }),
    ("large-epsilon", options => options with { Epsilon = 1 }))
{
    // Squares are at least 1e4 (1 - rho) at the lowest scale, beside which epsilon is 1e-9; a few hundred steps add it up.
    private const double Limit = 1e-6;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdaDeltaOptions, MethodOptions> subject, ClaimContext context)
    {
        double[] scales = [1e2, 1e4, 1e6, 1e8];
        var ways = scales.Select(scale => Way(subject(new AdaDeltaOptions()), scale)).ToArray();
        var deviation = 0.0;
        foreach (var way in ways)
        {
            for (var i = 0; i < way.Length; i++)
            {
                deviation = Math.Max(deviation, Math.Abs(way[i] - ways[0][i]));
            }
        }

        deviation = double.IsNaN(deviation) ? Diverged : Finite(deviation);
        var travelled = ways[0][0] - ways[0][^1];
        return ClaimOutcome.Of(
            deviation <= Limit && travelled > 0.05,
            ("largest_deviation", deviation),
            ("limit", Limit),
            ("travelled", Finite(travelled)));
    }

    // Far from the minimum, where the gradient stays of the scale's size.
    private static double[] Way(MethodOptions method, double scale)
    {
        using var numbers = new MovedNumbers(method, [10]);
        return [.. Enumerable.Range(0, 300).Select(_ => numbers.Step([scale * numbers.Values[0]])[0])];
    }
}
