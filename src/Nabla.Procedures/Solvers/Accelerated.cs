using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>Nesterov's momentum for functions that need not be convex: it begins anew where it does not pay.</summary>
/// <remarks>
/// <para>Update: y = x + k/(k+1) (x - x before), x = y - ∇f(y) / L; k begins anew where f(x) is above f(first) - L S / (2 (k+1)),
/// S the squared moves since the last beginning; where the value rises or the step goes uphill; and, if asked for, where
/// (k+1)⁵ M² S is above L², M an estimate of the Lipschitz constant of the second derivative.</para>
/// <para>Needs: values and gradients; an estimate of L is made on the way.</para>
/// <para>Choose it: for long valleys where a quasi-Newton matrix is too large. On a strongly convex function the restarts give the
/// linear rate that would take its constant to know.</para>
/// </remarks>
/// <param name="options">Smoothness and restarts.</param>
[Method("accelerated", Family.Solvers, Paper = "arXiv:2212.06410", Title = "Parameter-free accelerated gradient descent for nonconvex minimization")]
[Departs("L is raised within a step where the step breaks its promise and sinks after it; in the paper an epoch that breaks its promise raises L and a finished one lowers it.")]
[Departs("The restarts by value or gradient are O'Donoghue and Candès's (arXiv:1204.3982). The paper's own second restart is curvatureRestart; restart=none with it is the paper's pair. The averaged point that the proof bounds is not asked about.")]
public sealed class Accelerated(AcceleratedOptions options) : Solver, ICataloguedMethod<AcceleratedOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "y = x[k] + k / (k + 1) * (x[k] - x[k-1])",
        "x[k+1] = y - grad f(y) / L;  2 L where f(x[k+1]) > f(y) - |grad f(y)|^2 / (2 L)",
        "S = sum of |x[i] - x[i-1]|^2 since the last beginning;  k = 0 where f(x[k+1]) > f(first) - L S / (2 (k + 1))",
        "restart=value: k = 0 where f(x[k+1]) > f(x[k]);  restart=gradient: k = 0 where grad f(y)'(x[k+1] - x[k]) > 0",
        "curvatureRestart: k = 0 where (k + 1)^5 M^2 S > L^2, M the largest of 12 (f(y) - f(x) - (grad f(y) + grad f(x))'(y - x) / 2) / |y - x|^3 "
            + "and |grad f(y) + theta grad f(x[k-1]) - (1 + theta) grad f(x[k])| / (theta |x[k] - x[k-1]|^2), theta = k / (k + 1)",
    ];

    private protected override string Cure => options.Smoothness > 0
        ? "Raise AcceleratedOptions.Smoothness, or set it to 0 to have it estimated."
        : base.Cure;

    private protected override void CheckOptions() => options.ThrowIfInvalid();

    private protected override void Search(SolverState state)
    {
        var estimate = new SmoothnessEstimate(options, state);
        var epoch = new MomentumEpoch(state, options.CurvatureRestart);
        var next = new double[state.Dimension];
        while (state.Goes())
        {
            if (!Step(state, estimate, epoch, next, out var value))
            {
                Stuck(state, Array.ConvertAll(state.Gradient, g => -g));
                return;
            }

            var isPaying = epoch.Falls(value, next, estimate.Value) && options.Restart switch
            {
                MomentumRestart.Value => value <= epoch.Value,
                MomentumRestart.Gradient => epoch.GoesDown(next),
                _ => true,
            };
            estimate.Relax();
            epoch.Take(next, value, isPaying);
            epoch.LookAhead(estimate);
        }
    }

    /// <summary>A gradient step from where the gradient is, with L raised until it keeps its promise; false where none does.</summary>
    private static bool Step(SolverState state, SmoothnessEstimate estimate, MomentumEpoch epoch, double[] next, out double value)
    {
        while (true)
        {
            for (var i = 0; i < next.Length; i++)
            {
                next[i] = state.Point[i] - (state.Gradient[i] / estimate.Value);
            }

            value = state.Objective.Value(next);
            if (estimate.IsGiven
                || value <= epoch.ValueAhead - (0.5 * state.Norm * state.Norm / estimate.Value) + SmoothnessEstimate.Blur(epoch.ValueAhead))
            {
                break;
            }

            if (!estimate.Raise())
            {
                return false;
            }
        }

        estimate.Note(value < epoch.Value);
        return !estimate.IsStuck || estimate.IsGiven;
    }
}
