using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>Iterates a nonexpansive map to a fixed point, or to the certificate that there is none.</summary>
/// <remarks>
/// <para>Update: x = x_0/(k+2) + (k+1)/(k+2) T x; d = x - T x and n = -2 (x - x_0)/k both near the shortest displacement v of the map,
/// their squared errors as 1/k² to a logarithm. Plainly x = T x and n = -(x - x_0)/k, where the error of d falls as 1/k only.</para>
/// <para>Needs: one application of the map an iteration.</para>
/// <para>Choose it: to learn whether constraints can be met at all, by the map of a splitting method.</para>
/// </remarks>
/// <param name="options">Acceleration and agreement.</param>
[Method(
    "infeasibility-detection",
    Family.Solvers,
    Paper = "arXiv:2303.15876",
    Title = "Accelerated Infeasibility Detection of Constrained Optimization and Fixed-Point Iterations")]
[Departs("When to stop is Nabla's: there is no fixed point where both estimates of the displacement agree to a share of it and exceed the tolerance; the paper gives rates, and its text was seen in parts only.")]
public sealed class InfeasibilityDetection(InfeasibilityDetectionOptions options) : ICataloguedMethod<InfeasibilityDetectionOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "accelerated: x[k+1] = x[0] / (k + 2) + (k + 1) / (k + 2) * T x[k]",
        "plain: x[k+1] = T x[k]",
        "d[k] = x[k] - T x[k];  accelerated: n[k] = -2 * (x[k] - x[0]) / k;  plain: n[k] = -(x[k] - x[0]) / k",
        "a fixed point where |d[k]| <= tolerance;  none where |d[k] - n[k]| <= agreement * |d[k]|",
    ];

    /// <summary>Iterates until one of both is clear.</summary>
    /// <param name="map">T; must not take points further apart.</param>
    /// <param name="start">x_0.</param>
    /// <param name="stop">When to end; the tolerance is held against |x - T x| and must be above 0 for either verdict.</param>
    /// <param name="observer">Is told after each iteration; null: nobody.</param>
    /// <returns>The verdict with both estimates of the displacement.</returns>
    /// <exception cref="OptionException">An option is wrong.</exception>
    /// <exception cref="ArgumentException">The start does not fit.</exception>
    public InfeasibilityDetectionResult Detect(
        IFixedPointMap map, ReadOnlySpan<double> start, StoppingRule stop, ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        options.ThrowIfInvalid();
        var n = map.Dimension;
        double[] origin = ProcedureRun.StartOf(start, n), x = [.. origin], image = new double[n], moved = new double[n], mean = new double[n];
        var run = new ProcedureRun(stop, observer, "Check that the map never takes points further apart.");
        var norm = Measure(map, run, x, image, moved);
        var verdict = FixedPointVerdict.Undecided;
        for (var k = 0; run.Goes(x, norm); k++)
        {
            var weight = options.Accelerated ? (k + 1.0) / (k + 2) : 1;
            for (var i = 0; i < n; i++)
            {
                x[i] = ((1 - weight) * origin[i]) + (weight * image[i]);
                mean[i] = (origin[i] - x[i]) * (options.Accelerated ? 2 : 1) / (k + 1);
            }

            norm = Measure(map, run, x, image, moved);
            if (stop.Tolerance > 0 && norm > stop.Tolerance && double.IsFinite(norm) && VectorMath.Distance(moved, mean) <= options.Agreement * norm)
            {
                verdict = FixedPointVerdict.None;
                run.End(
                    EndingKind.TargetReached,
                    $"There is no fixed point: every point moves by about {norm:G3} or more, and the displacement is the certificate. Where the map splits constraints, they cannot all be met.");
                break;
            }
        }

        verdict = run.HasReachedTarget && verdict == FixedPointVerdict.Undecided ? FixedPointVerdict.Exists : verdict;
        return new InfeasibilityDetectionResult(run.Result(x, norm, norm), verdict, [.. moved], [.. mean]);
    }

    private static double Measure(IFixedPointMap map, ProcedureRun run, double[] x, double[] image, double[] moved)
    {
        map.Apply(x, image);
        run.Count(products: 1);
        for (var i = 0; i < x.Length; i++)
        {
            moved[i] = x[i] - image[i];
        }

        return VectorMath.Norm(moved);
    }
}
