using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.FirstOrder;

/// <summary>
/// Predicts the next gradients from remembered ones, walks ahead with the predictions, and computes the true gradients
/// at all points of the walk at the same time.
/// </summary>
/// <remarks>
/// <para>Update, a round: y_0 = x; y_s = y_{s-1} - η μ(y_{s-1}) for s below N, μ the posterior mean of the gradient;
/// the true gradients at y_0 … y_{N-1} are computed in parallel and remembered; x = y_{N-1} - η g(y_{N-1}).</para>
/// <para>Needs: N gradients a round, and memory for T0 of them. With N = 1 it is gradient descent.</para>
/// <para>Choose it: when gradients take long and can be computed side by side; not when one worker is all there is.</para>
/// </remarks>
/// <param name="options">Step, workers, history and kernel.</param>
[Method(
    "optex",
    Family.FirstOrder,
    Paper = "arXiv:2402.11427",
    Title = "OptEx: Expediting First-Order Optimization with Approximately Parallelized Iterations")]
[Departs("The history window, the kernel and the noise have defaults of our own: the paper tunes them for each task.")]
[Departs("Every round goes on from the last worker; the official code goes on from the worker of least loss, which a gradient oracle does not know.")]
[Departs("Points are not scaled to length 1 before the kernel, as the official code does: the median distance sets the scale instead.")]
[Departs("The inner method is gradient descent; the paper allows any first-order method.")]
[Departs("Gradients of a round are computed one after another here; what counts is the number of rounds.")]
public sealed class Optex(OptexOptions options) : ICataloguedMethod<OptexOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "mu(x) = k(x)' * (K + noise * I)^-1 * G",
        "y[0] = x[t];  y[s] = y[s-1] - learningRate * mu(y[s-1]), s = 1 .. workers - 1",
        "g[s] = gradient at y[s], all at the same time, remembered in G",
        "x[t+1] = y[workers-1] - learningRate * g[workers-1]",
    ];

    /// <summary>Follows gradients for a number of rounds. An iteration is a round.</summary>
    /// <param name="problem">The gradients.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="stop">When to end; the tolerance is held against the last worker's gradient.</param>
    /// <param name="seed">Decides the noise of gradients.</param>
    /// <param name="observer">Is told after each round; null: nobody.</param>
    /// <returns>The last point; its value is the norm of the last gradient, as no values are known.</returns>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public ProcedureResult Minimize(
        IStochasticObjective problem,
        ReadOnlySpan<double> start,
        StoppingRule stop,
        Seed seed,
        ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options.ThrowIfInvalid();
        var x = ProcedureRun.StartOf(start, problem.Dimension);
        var run = new ProcedureRun(stop, observer, "Lower OptexOptions.LearningRate.");
        var random = new RandomStream(seed.Derive("gradients"));
        var predictor = new GradientPredictor(options.Kernel, options.History, options.LengthScale, options.Noise);
        var ahead = new double[options.Workers][];
        var gradient = new double[x.Length];
        var norm = double.PositiveInfinity;
        while (run.Goes(x, norm))
        {
            ahead[0] = [.. x];
            for (var s = 1; s < ahead.Length; s++)
            {
                predictor.Predict(ahead[s - 1], gradient);
                ahead[s] = [.. ahead[s - 1]];
                VectorMath.Add(ahead[s], -options.LearningRate, gradient);
            }

            foreach (var point in ahead)
            {
                problem.Gradient(point, random, gradient);
                run.Count(gradients: 1);
                if (VectorMath.AllFinite(gradient))
                {
                    predictor.Add(point, gradient);
                }
            }

            ahead[^1].CopyTo(x, 0);
            VectorMath.Add(x, -options.LearningRate, gradient);
            norm = VectorMath.Norm(gradient);
        }

        return run.Result(x, norm, norm);
    }
}
