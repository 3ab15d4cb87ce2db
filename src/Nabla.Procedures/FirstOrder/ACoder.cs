using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Cyclic block gradients with dual averaging, acceleration, and extrapolation of what the last pass missed.</summary>
/// <remarks>
/// <para>Update: x = (A y + a v)/(A + a); from the last block to the first p_b = ∇_b φ at x with y⁺ in the later blocks,
/// z_b += a (p_b + (a⁻/a)(∇_b φ(x⁻) - p_b⁻)), v_b = prox of (A + a) h at x_0 - z, y_b⁺ = (A y_b + a v_b)/(A + a);
/// a² / (A + a) = 2 (1 + A ρ)/(5 L). φ is the smooth part without its ridge ρ, h the rest. With inner steps, p is made from
/// gradients of one sample each.</para>
/// <para>Needs: columns and slopes of the linear outputs; a pass costs two gradients.</para>
/// <para>Choose it: for sparse linear models whose columns are alike in size and far from orthogonal; with inner steps, for many
/// samples. Where cyclic coordinate descent ends in a few passes, it is cheaper.</para>
/// </remarks>
/// <param name="options">Blocks, smoothness and variance reduction.</param>
[Method(
    "a-coder",
    Family.FirstOrder,
    Paper = "arXiv:2303.16279",
    Title = "Accelerated Cyclic Coordinate Dual Averaging with Extrapolation for Composite Convex Optimization")]
[Departs("Recurrences and steps are those of the authors' code (ericlincc/Accelerated-CODER); the paper's text was seen in parts only.")]
[Departs("L is found on the way: a pass is made again with twice the L where |grad phi(x) - p|^2 > L^2 |y - x|^2 / 2 or phi(y) > phi(x) + grad phi(x)'(y - x) + L |y - x|^2 / 2, the two bounds that the paper derives from it; the authors tune it.")]
[Departs("The first dual vector with inner steps is K a grad phi(x_0), which makes the first step one of proximal gradient; the authors' code leaves out K a. The first step, which used a full gradient, is not corrected.")]
[Departs("The tolerance is held against the proximal gradient mapping at x, or with inner steps at the mean point; its gradient is there anyway.")]
public sealed class ACoder(ACoderOptions options) : ICataloguedMethod<ACoderOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "a[k]^2 / A[k] = 2 * (1 + A[k-1] * rho) / (5 * L);  A[k] = A[k-1] + a[k]",
        "x[k] = A[k-1] / A[k] * y[k-1] + a[k] / A[k] * v[k-1]",
        "for b from the last block to the first: p_b[k] = grad_b phi(x[k] up to b, y[k] after b)",
        "q_b[k] = p_b[k] + a[k-1] / a[k] * (grad_b phi(x[k-1]) - p_b[k-1])",
        "z_b[k] = z_b[k-1] + a[k] * q_b[k]",
        "v_b[k] = argmin over v of A[k] * h(v) + |v - x[0] + z_b[k]|^2 / 2,  h(v) = lambda * |v| + rho * v^2 / 2 within the bounds",
        "y_b[k] = A[k-1] / A[k] * y_b[k-1] + a[k] / A[k] * v_b[k]",
        "innerSteps K: a[s] = sqrt(K * A[s-1] * (1 + A[s-1] * rho) / (8 * L));  A[0] = a[0] = 1 / (4 * L);  x and y with the mean m of the last K points y in place of y[k-1]",
        "innerSteps K: p_b = grad_b phi_t(x up to b, y after b) - grad_b phi_t(m) + grad_b phi(m) for a drawn sample t, correction with the same t",
        "innerSteps K: z_b / K in place of z_b, A[s-1] + a[s] * k / K in place of A[k] in the argmin",
    ];

    /// <summary>Minimizes a linear model's loss with absolute values, a ridge and bounds.</summary>
    /// <param name="problem">The function; must be convex.</param>
    /// <param name="start">x_0; moved to the bounds where it lies outside.</param>
    /// <param name="stop">When to end. An iteration is a pass over all blocks, with inner steps K passes over single samples.</param>
    /// <param name="seed">Decides the samples; without inner steps nothing.</param>
    /// <param name="observer">Is told after each iteration; null: nobody.</param>
    /// <returns>
    /// The last point with its value, and the counts: gradients of the whole function, or with inner steps of single samples, a block's
    /// counted by its share of the coordinates.
    /// </returns>
    /// <exception cref="OptionException">An option is wrong, by itself or for this problem.</exception>
    public ProcedureResult Minimize(
        ILinearComposite problem, ReadOnlySpan<double> start, StoppingRule stop, Seed seed = default, ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options.ThrowIfInvalid();
        var origin = ProcedureRun.StartOf(start, problem.Dimension);
        if (options.BlockSize > problem.Dimension)
        {
            throw new OptionException(
                $"BlockSize was {options.BlockSize}; the problem has {problem.Dimension} coordinates. Set ACoderOptions.BlockSize to {problem.Dimension} or below.",
                nameof(options.BlockSize),
                options.BlockSize);
        }

        var run = new ProcedureRun(stop, observer, "Raise ACoderOptions.Smoothness, or set it to 0 to have it found.");
        var state = new CyclicState(problem, origin, options.BlockSize);
        var point = options.InnerSteps == 0
            ? new CyclicAveraging(state, run, options).Run()
            : new SampledAveraging(state, run, options, new RandomStream(seed.Derive("samples"))).Run();
        var value = problem.Value(point) + state.Term.Value(point);
        run.Count(values: options.InnerSteps == 0 ? 1 : problem.Outputs);
        return run.Result(point, value, state.Norm);
    }
}
