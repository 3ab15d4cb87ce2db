using Nabla.Core;
using Nabla.Online.Curvature;

namespace Nabla.Procedures.Solvers;

/// <summary>Newton's method with a cubic term that keeps it from going too far.</summary>
/// <remarks>
/// <para>Update: v minimizes g'v + v'H v/2 + σ ‖D v‖³/3 globally; σ follows the share of the promised fall that came true. D
/// equilibrates H at each point, or is the identity.</para>
/// <para>Needs: values, gradients, and as many products with the second derivative a step as there are variables; of a
/// function without products, as many differences of gradients, counted as gradients.</para>
/// <para>Choose it: for up to some hundred variables, to leave saddles and to reach a stationary point in few steps.</para>
/// </remarks>
/// <param name="options">Weight and acceptance.</param>
[Method("cubic-newton", Family.Solvers, Paper = "doi:10.1007/s10107-006-0706-8", Title = "Cubic regularization of Newton method and its global performance")]
[Departs("The weight of the cubic term follows the fall as in Cartis, Gould and Toint (2011), as its constant is not known.")]
[Departs("The cubic term is measured in units of the curvature, as trust-region codes scale their variables; scaling=none gives the paper's norm.")]
public sealed class CubicNewton(CubicNewtonOptions options) : Solver, ICataloguedMethod<CubicNewtonOptions>
{
    private const double Least = 1e-12;

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "scaling=curvature: D diagonal, max over j of |H_ij| / (D_i D_j) = 1 for every i, divided by its least entry;  scaling=none: D = I",
        "v = argmin g'v + v'H v / 2 + sigma |D v|^3 / 3",
        "share = (f(x) - f(x + v)) / -(g'v + v'H v / 2 + sigma |D v|^3 / 3);  x = x + v where share > acceptance",
        "sigma = sigma / 3 where share > 0.9;  3 sigma where share < acceptance",
    ];

    private protected override void CheckOptions() => options.ThrowIfInvalid();

    private protected override void Search(SolverState state)
    {
        var n = state.Dimension;
        double[] matrix = new double[n * n], down = new double[n], trial = new double[n], units = new double[n];
        Array.Fill(units, 1);
        SymmetricSpectrum? spectrum = null;
        var weight = options.Weight;
        while (state.Goes())
        {
            if (spectrum is null)
            {
                if (!CurvatureMatrix.Fill(state, CurvatureModel.Exact, matrix))
                {
                    state.Run.End(EndingKind.NonFinite, CurvatureMatrix.NotFinite);
                    return;
                }

                if (options.Scaling == StepScaling.Curvature)
                {
                    Equilibration.Apply(matrix, units);
                }

                spectrum = SymmetricSpectrum.Of(matrix, n);
            }

            // The step is sought as D v: there the cubic term is a plain one.
            for (var i = 0; i < n; i++)
            {
                down[i] = -state.Gradient[i] / units[i];
            }

            var step = QuadraticModel.WithCube(spectrum, down, weight).Point;
            var (length, moved, bend) = (VectorMath.Norm(step), 0.0, 0.0);
            for (var i = 0; i < n; i++)
            {
                trial[i] = state.Point[i] + (step[i] / units[i]);
                moved = Math.Max(moved, Math.Abs(step[i] / units[i]));
                bend += step[i] * VectorMath.Dot(matrix.AsSpan(i * n, n), step);
            }

            var promised = VectorMath.Dot(down, step) - (0.5 * bend) - (weight / 3 * length * length * length);
            var value = state.Objective.Value(trial);
            var share = (state.Value - value) / promised;
            var isBlurred = promised <= 1e-13 * Math.Abs(state.Value);
            if (share > options.Acceptance || (isBlurred && value <= state.Value + (1e-14 * Math.Abs(state.Value))))
            {
                var norm = state.Norm;
                trial.CopyTo(state.Point, 0);
                state.Value = value;
                state.EvaluateGradient();
                spectrum = null;
                weight = share > 0.9 ? Math.Max(weight / 3, Least) : weight;
                if (isBlurred && state.Norm > 0.5 * norm && state.Norm > state.Run.Stop.Tolerance)
                {
                    Stuck(state, Downhill(state));
                    return;
                }
            }
            else
            {
                weight *= double.IsFinite(value) ? 3 : 30;
                if (moved <= 1e-16 * Math.Max(VectorMath.Norm(state.Point), 1e-10) || weight > 1e60)
                {
                    Stuck(state, Downhill(state));
                    return;
                }
            }
        }
    }

    private static double[] Downhill(SolverState state)
    {
        double[] down = [.. state.Gradient];
        VectorMath.Scale(down, -1);
        return down;
    }
}
