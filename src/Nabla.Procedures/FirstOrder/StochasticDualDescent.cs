using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Solves the system of Gaussian-process regression by momentum on random coordinates of its dual objective.</summary>
/// <remarks>
/// <para>Update on ½ a'(K + λI)a - a'y: g_i = (n / b) ((K + λI)(a + ρ v) - y)_i for i in the batch and 0 elsewhere;
/// v = ρ v - β g; a = a + v; ā = r a + (1 - r) ā.</para>
/// <para>Needs: b rows of K a step; b times n operations.</para>
/// <para>Choose it: when there are too many observations for a Cholesky factor; not below a few thousand of them.</para>
/// </remarks>
/// <param name="options">Step, momentum, average.</param>
[Method(
    "stochastic-dual-descent",
    Family.FirstOrder,
    Paper = "arXiv:2310.20581",
    Title = "Stochastic Gradient Descent for Gaussian Processes Done Right")]
[Departs("The official notebook takes residuals at a, without Nesterov's look ahead (nesterov = false here); the paper's algorithm looks ahead.")]
public sealed class StochasticDualDescent(StochasticDualDescentOptions options) : ICataloguedMethod<StochasticDualDescentOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "g_i = (n / b) * ((K + noise * I) * (a + momentum * v) - y)_i for i in the batch, 0 elsewhere",
        "v[t] = momentum * v[t-1] - (learningRate / n) * g",
        "a[t] = a[t-1] + v[t]",
        "mean[t] = r * a[t] + (1 - r) * mean[t-1]",
    ];

    /// <summary>Solves (K + λ I) a = y approximately, from a = 0.</summary>
    /// <param name="system">The system.</param>
    /// <param name="stop">
    /// When to end; the tolerance is held against the relative residual, estimated from the batch.
    /// </param>
    /// <param name="seed">Decides the batches.</param>
    /// <param name="observer">Is told after each iteration, with the average as the point; null: nobody.</param>
    /// <returns>The average; its value is the estimated relative residual. Gradients count rows of K.</returns>
    /// <exception cref="OptionException">An option is wrong, by itself or for this system.</exception>
    public ProcedureResult Solve(IKernelSystem system, StoppingRule stop, Seed seed, ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(stop);
        options.ThrowIfInvalid();
        var n = system.Count;
        var batch = ProcedureRun.BatchOf(options.BatchSize, n, "StochasticDualDescentOptions.BatchSize");
        var run = new ProcedureRun(stop, observer, "Lower StochasticDualDescentOptions.LearningRate.");
        var drawer = new SampleDrawer(n, new RandomStream(seed.Derive("batches")));
        var newest = options.Averaging > 0 ? options.Averaging : Math.Min(1, 100.0 / stop.Iterations);
        double[] a = new double[n], v = new double[n], mean = new double[n], at = new double[n], row = new double[n];
        var residuals = new double[batch];
        var size = VectorMath.Norm(system.Observations);
        var norm = double.PositiveInfinity;
        while (run.Goes(mean, norm))
        {
            var ahead = options.Nesterov ? options.Momentum : 0;
            for (var i = 0; i < n; i++)
            {
                at[i] = a[i] + (ahead * v[i]);
            }

            var samples = drawer.Draw(batch);
            for (var k = 0; k < batch; k++)
            {
                var i = samples[k];
                system.Row(i, row);
                residuals[k] = VectorMath.Dot(row, at) + (system.Noise * at[i]) - system.Observations[i];
            }

            run.Count(gradients: batch);
            for (var i = 0; i < n; i++)
            {
                v[i] *= options.Momentum;
            }

            for (var k = 0; k < batch; k++)
            {
                v[samples[k]] -= options.LearningRate / batch * residuals[k];
            }

            for (var i = 0; i < n; i++)
            {
                a[i] += v[i];
                mean[i] = (newest * a[i]) + ((1 - newest) * mean[i]);
            }

            norm = size == 0 ? 0 : VectorMath.Norm(residuals) * Math.Sqrt((double)n / batch) / size;
        }

        return run.Result(mean, norm, norm);
    }
}
