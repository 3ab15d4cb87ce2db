using Nabla.Core;

namespace Nabla.Claims.FirstOrder.Cautious;

/// <summary>On a convex quadratic the wrapped methods still come as near to the minimum as their rate lets them.</summary>
[Claim(
    "cautious/convex-quadratic",
    Says = "A convex quadratic still converges: over AdamW and over Lion the iterates end within one longest step of the minimum for every rate.",
    Source = "arXiv:2411.16085, abstract, on the convergence guarantee; the distance follows from the length of a step",
    Seconds = 1)]
internal sealed class ConvexQuadratic : CautiousClaim
{
    private const int Steps = 6000;

    private static readonly double[] s_curvature = [1, 3, 10, 30, 100];
    private static readonly double[] s_start = [1.5, -2, 0.7, -1, 2];

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<MethodOptions, MethodOptions>> Defects =>
        new Dictionary<string, Func<MethodOptions, MethodOptions>>(StringComparer.Ordinal)
        {
            [TurnedAround.Name] = TurnedAround.Defect,
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MethodOptions, MethodOptions> subject, ClaimContext context)
    {
        var figures = new List<(string, double)>();
        var holds = true;
        foreach (var rate in context.Full ? [1e-2, 3e-3, 1e-3, 3e-4] : new[] { 1e-2, 1e-3 })
        {
            // All that the mask leaves out can go to one element, whose step is then as many times longer. The last factor is
            // for rounding: an element that comes by chance next to the minimum takes such a step in full.
            var limit = s_curvature.Length * rate * (1 + 1e-9);
            foreach (var (name, inner) in Inners(rate, rate))
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var distance = Distance(subject(inner), context.Full ? 10 * Steps : Steps);
                holds &= distance <= limit;
                figures.Add(($"{name}_distance_at_rate_{rate}", distance));
            }

            figures.Add(($"limit_at_rate_{rate}", limit));
        }

        return ClaimOutcome.Of(holds, [.. figures]);
    }

    /// <summary>How far the farthest element is from the minimum at any of the last hundred steps.</summary>
    private static double Distance(MethodOptions method, int steps)
    {
        using var numbers = new MovedNumbers(method, s_start);
        var gradient = new double[s_start.Length];
        var farthest = 0.0;
        for (var step = 0; step < steps; step++)
        {
            for (var i = 0; i < gradient.Length; i++)
            {
                gradient[i] = s_curvature[i] * numbers.Values[i];
            }

            numbers.Step(gradient);
            for (var i = 0; i < gradient.Length && step >= steps - 100; i++)
            {
                farthest = Math.Max(farthest, Math.Abs(numbers.Values[i]));
            }
        }

        return farthest < 1e300 ? farthest : 1e300;
    }
}
