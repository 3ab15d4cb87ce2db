using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>Newton's method, exact or with Fisher's or Gauss and Newton's matrix, regularized by the norm of the gradient.</summary>
/// <remarks>
/// <para>Update: x = x - (H + λ I)⁻¹ g with λ = ‖g‖/γ, by which no step is longer than γ; γ is halved until the value falls by
/// ‖g(next)‖²/(8 λ), then doubled.</para>
/// <para>Needs: values, gradients, and as many products with the matrix a step as there are variables; of a function without
/// products and for the exact matrix, as many differences of gradients, counted as gradients.</para>
/// <para>Choose it: for regressions of up to some hundred variables from starts that may be far away, and for least squares
/// with Gauss and Newton's matrix; where the curvature is indefinite, cubic-newton leaves saddles, this does not.</para>
/// </remarks>
/// <param name="options">Matrix and radius.</param>
[Method(
    "grad-normalized-newton",
    Family.Solvers,
    Paper = "arXiv:2506.13710",
    Title = "Gradient-Normalized Smoothness for Optimization with Approximate Hessians")]
[Departs("Where H + λ I is not positive definite, which the paper's convex theory excludes, the radius is halved as after a step that falls too little.")]
[Departs("The search follows the authors' code (epfml/grad-norm-smooth); a gradient is asked for only where the value fell, and the radius stays below 1e12.")]
[Departs("The norm is Euclid's; the paper allows that of any positive definite matrix B. The paper's text was not at hand.")]
public sealed class GradNormalizedNewton(GradNormalizedNewtonOptions options) : Solver, ICataloguedMethod<GradNormalizedNewtonOptions>
{
    private const double GreatestRadius = 1e12;

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "lambda = |g(x)| / gamma",
        "v = -(H + lambda * I)^-1 g(x)",
        "x = x + v where f(x) - f(x + v) >= |g(x + v)|^2 / (8 * lambda)",
        "gamma = 2 * gamma after a step;  gamma / 2 where H + lambda * I is not positive definite or the value falls less",
        "exact: H = second derivative of f;  gauss-newton: H = J' (second derivative of s) J for f = s(u(x));  fisher: H = mean of g_i g_i'",
    ];

    private protected override void CheckOptions() => options.ThrowIfInvalid();

    private protected override void Search(SolverState state)
    {
        if (options.Curvature != CurvatureModel.Exact && !state.Objective.Models(options.Curvature))
        {
            throw new OptionException(
                $"Curvature was {options.Curvature}, and the function gives no such matrix. Implement IModelledCurvature, or set GradNormalizedNewtonOptions.Curvature to Exact.",
                nameof(options.Curvature),
                options.Curvature);
        }

        var n = state.Dimension;
        double[] matrix = new double[n * n], down = new double[n], step = new double[n], trial = new double[n], next = new double[n];
        var system = new PositiveSystem(n);
        var first = Math.Min(options.Radius, GreatestRadius);
        var radius = first;
        var isFilled = false;
        while (state.Goes())
        {
            if (!isFilled && !CurvatureMatrix.Fill(state, options.Curvature, matrix))
            {
                state.Run.End(EndingKind.NonFinite, CurvatureMatrix.NotFinite);
                return;
            }

            isFilled = true;
            var weight = state.Norm / radius;
            for (var i = 0; i < n; i++)
            {
                down[i] = -state.Gradient[i];
            }

            var isTaken = false;
            if (system.Factor(matrix, weight))
            {
                system.Solve(down, step);
                for (var i = 0; i < n; i++)
                {
                    trial[i] = state.Point[i] + step[i];
                }

                isTaken = Try(state, trial, next, VectorMath.Dot(down, step), weight);
            }

            if (isTaken)
            {
                isFilled = false;
                radius = options.Adaptive ? Math.Min(2 * radius, GreatestRadius) : first;
                continue;
            }

            radius /= 2;
            if (radius <= 1e-16 * Math.Max(VectorMath.Norm(state.Point), 1e-10))
            {
                Stuck(state, down);
                return;
            }
        }
    }

    /// <summary>Moves there if the value falls enough.</summary>
    /// <param name="state">Where it is.</param>
    /// <param name="trial">Where to.</param>
    /// <param name="next">Room for a gradient.</param>
    /// <param name="promise">Minus the slope along the step; the quadratic model falls by at least half of it.</param>
    /// <param name="weight">λ.</param>
    private bool Try(SolverState state, double[] trial, double[] next, double promise, double weight)
    {
        var value = state.Objective.Value(trial);

        // Where rounding of the values hides the fall, the gradient alone tells.
        var isBlurred = 0.5 * promise <= 1e-13 * Math.Abs(state.Value);
        var blur = isBlurred ? 1e-13 * Math.Abs(state.Value) : 0;
        if (options.Adaptive && !(value <= state.Value + blur))
        {
            return false;
        }

        state.Objective.Gradient(trial, next);
        var norm = VectorMath.Norm(next);
        if (options.Adaptive && !(state.Value - value >= norm * norm / (8 * weight)) && !(isBlurred && norm <= 0.5 * state.Norm))
        {
            return false;
        }

        trial.CopyTo(state.Point, 0);
        next.CopyTo(state.Gradient, 0);
        state.Value = value;
        state.Measure();
        return true;
    }
}
