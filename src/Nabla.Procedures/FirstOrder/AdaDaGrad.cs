using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.FirstOrder;

/// <summary>AdaGrad whose batch grows when the variance of the batch's gradients says that it is too small.</summary>
/// <remarks>
/// <para>Update: g = mean of the batch's gradients g_i; v = v + g² (each coordinate, or the norm);
/// x = x - α g / (sqrt(v) + ε); the next batch is max(b, ceil(Var_i(g_i) / (η² |g|²))), with the variance of the test
/// chosen. Variances divide by b - 1.</para>
/// <para>Needs: gradients of single samples. The batch never shrinks.</para>
/// <para>Choose it: when small batches are cheap at first and noise limits the end; not when all samples fit in one
/// batch anyway.</para>
/// </remarks>
/// <param name="options">Step, test and batches.</param>
[Method(
    "adadagrad",
    Family.FirstOrder,
    Paper = "arXiv:2402.11215",
    Title = "AdAdaGrad: Adaptive Batch Size Schemes for Adaptive Gradient Methods")]
[Departs("The official code sums inner-product statistics over tensors; here the point is one vector, as in the paper.")]
[Departs("Defaults of learningRate, ratio and initialBatch are our own: the paper tunes them for each task.")]
public sealed class AdaDaGrad(AdaDaGradOptions options) : ICataloguedMethod<AdaDaGradOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "g = mean of g_i over the batch",
        "v[t] = v[t-1] + g^2",
        "x[t] = x[t-1] - learningRate * g / (sqrt(v[t]) + epsilon)",
        "norm test: b[t+1] = max(b[t], ceil(sum of variances of g_i / (ratio^2 * |g|^2)))",
        "inner-product test: b[t+1] = max(b[t], ceil(variance of <g_i, g> / (ratio^2 * |g|^4)))",
    ];

    /// <summary>Minimizes the mean of all functions.</summary>
    /// <param name="problem">The functions.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="stop">When to end; the tolerance is held against the norm of the batch's gradient.</param>
    /// <param name="seed">Decides the batches.</param>
    /// <param name="observer">Is told after each iteration; null: nobody.</param>
    /// <returns>The last point, its value and the counts.</returns>
    /// <exception cref="OptionException">An option is wrong, by itself or for this problem.</exception>
    public AdaDaGradResult Minimize(
        IFiniteSum problem, ReadOnlySpan<double> start, StoppingRule stop, Seed seed, ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options.ThrowIfInvalid();
        var x = ProcedureRun.StartOf(start, problem.Dimension);
        var batch = ProcedureRun.BatchOf(options.InitialBatch, problem.Count, "AdaDaGradOptions.InitialBatch");
        var greatest = ProcedureRun.BatchOf(options.MaximumBatch, problem.Count, "AdaDaGradOptions.MaximumBatch");
        var run = new ProcedureRun(stop, observer, "Lower AdaDaGradOptions.LearningRate.");
        var drawer = new SampleDrawer(problem.Count, new RandomStream(seed.Derive("batches")));
        var gradient = new double[problem.Dimension];
        var squares = new double[problem.Dimension];
        var batches = new List<int>();
        var norm = double.PositiveInfinity;
        while (run.Goes(x, norm))
        {
            batches.Add(batch);
            var samples = drawer.Draw(batch);
            var isTested = batch < greatest && (run.Iteration - 1) % options.TestInterval == 0;
            var wanted = isTested ? Test(problem, samples, x, gradient) : 0;
            if (!isTested)
            {
                problem.Gradient(samples, x, gradient);
            }

            run.Count(gradients: batch);
            norm = VectorMath.Norm(gradient);
            Step(x, gradient, squares, norm);
            if (wanted > batch)
            {
                batch = wanted >= greatest ? greatest : (int)Math.Ceiling(wanted);
            }
        }

        var value = problem.Value(drawer.All, x);
        run.Count(values: problem.Count);
        return new AdaDaGradResult(run.Result(x, value, norm), batches);
    }

    private void Step(Span<double> x, ReadOnlySpan<double> gradient, Span<double> squares, double norm)
    {
        if (options.Sums == SquareSums.Norm)
        {
            squares[0] += norm * norm;
            VectorMath.Add(x, -options.LearningRate / (Math.Sqrt(squares[0]) + options.Epsilon), gradient);
            return;
        }

        for (var i = 0; i < x.Length; i++)
        {
            squares[i] += gradient[i] * gradient[i];
            x[i] -= options.LearningRate * gradient[i] / (Math.Sqrt(squares[i]) + options.Epsilon);
        }
    }

    // The batch that the test wants; the mean of the gradients is left in the span.
    private double Test(IFiniteSum problem, ReadOnlySpan<int> samples, ReadOnlySpan<double> x, Span<double> mean)
    {
        var each = new double[samples.Length][];
        mean.Clear();
        for (var i = 0; i < samples.Length; i++)
        {
            each[i] = new double[mean.Length];
            problem.Gradient(samples.Slice(i, 1), x, each[i]);
            VectorMath.Add(mean, 1.0 / samples.Length, each[i]);
        }

        var square = VectorMath.Dot(mean, mean);
        var free = samples.Length - 1.0;
        var bound = options.Ratio * options.Ratio;
        switch (options.Test)
        {
            case BatchTest.Norm:
                return Variances(each, mean).Sum() / (bound * square);
            case BatchTest.CoordinateNorm:
                var variances = Variances(each, mean);
                var most = 0.0;
                for (var j = 0; j < mean.Length; j++)
                {
                    // A coordinate that no gradient moves wants nothing.
                    most = Math.Max(most, variances[j] == 0 ? 0 : variances[j] / (bound * mean[j] * mean[j]));
                }

                return most;
            default:
                var along = 0.0;
                var across = 0.0;
                foreach (var g in each)
                {
                    var product = VectorMath.Dot(g, mean);
                    along += (product - square) * (product - square) / free;
                    // The part of g across the mean; its mean over the batch is zero.
                    across += (VectorMath.Dot(g, g) - (product * product / square)) / free;
                }

                var wanted = along / (bound * square * square);
                return options.Test == BatchTest.InnerProduct
                    ? wanted
                    : Math.Max(wanted, across / (options.OrthogonalRatio * options.OrthogonalRatio * square));
        }
    }

    private static double[] Variances(double[][] each, ReadOnlySpan<double> mean)
    {
        var variances = new double[mean.Length];
        foreach (var g in each)
        {
            for (var j = 0; j < mean.Length; j++)
            {
                variances[j] += (g[j] - mean[j]) * (g[j] - mean[j]) / (each.Length - 1.0);
            }
        }

        return variances;
    }
}
