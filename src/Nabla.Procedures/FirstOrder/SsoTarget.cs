using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.FirstOrder;

/// <summary>
/// Builds from one expensive gradient in target space (logits) a surrogate of the loss, and makes several cheap steps
/// on it.
/// </summary>
/// <remarks>
/// <para>Update: z = f(θ_t), g = the gradient of each sample's loss at z; θ_{t+1} is made by m gradient steps from
/// θ_t on S(θ) = mean over samples of g·(f(θ) - z) + |f(θ) - z|² / (2η).</para>
/// <para>Needs: the loss's gradient in the targets once an iteration; the model and its transposed derivative m
/// times. With m = 1 and a fixed step it is gradient descent.</para>
/// <para>Choose it: when gradients of the loss cost much more than the model; not when they cost the same.</para>
/// </remarks>
/// <param name="options">Steps in target space and on surrogates.</param>
[Method(
    "sso-target",
    Family.FirstOrder,
    Paper = "arXiv:2302.02607",
    Title = "Target-based Surrogates for Stochastic Optimization")]
[Departs("The official code weighs the proximity by 1 and the gradient by 1 / eta; this is the paper's form, whose eta is half the inverse of the code's.")]
[Departs("The line search halves the step and begins anew at learningRate at each surrogate step; the official code keeps a step between calls.")]
public sealed class SsoTarget(SsoTargetOptions options) : ICataloguedMethod<SsoTargetOptions>
{
    // Armijo's share and the most halvings: 2^-60 of the first step is below rounding.
    private const double Share = 0.5;
    private const int Halvings = 60;

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "z = f(theta[t]), g = gradient of the loss at z",
        "S(theta) = mean over samples of <g, f(theta) - z> + |f(theta) - z|^2 / (2 * targetRate)",
        "theta[t+1] = surrogateSteps gradient steps on S from theta[t]",
    ];

    /// <summary>Minimizes the mean loss. An iteration is one expensive gradient call.</summary>
    /// <param name="problem">The model and its loss.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="stop">When to end; the tolerance is held against the gradient of the batch's loss.</param>
    /// <param name="seed">Decides the batches.</param>
    /// <param name="observer">Is told after each iteration; null: nobody.</param>
    /// <returns>The last point, its value and the counts; products count models evaluated, a sample each.</returns>
    /// <exception cref="OptionException">An option is wrong, by itself or for this problem.</exception>
    public ProcedureResult Minimize(
        ITargetModel problem, ReadOnlySpan<double> start, StoppingRule stop, Seed seed, ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options.ThrowIfInvalid();
        var theta = ProcedureRun.StartOf(start, problem.Dimension);
        var batch = ProcedureRun.BatchOf(options.BatchSize, problem.Count, "SsoTargetOptions.BatchSize");
        var run = new ProcedureRun(stop, observer, "Lower SsoTargetOptions.TargetRate, or set LineSearch.");
        var drawer = new SampleDrawer(problem.Count, new RandomStream(seed.Derive("batches")));
        var surrogate = new Surrogate(problem, batch);
        var gradient = new double[problem.Dimension];
        var trial = new double[problem.Dimension];
        var norm = double.PositiveInfinity;
        while (run.Goes(theta, norm))
        {
            var eta = options.Schedule == TargetSchedule.Constant
                ? options.TargetRate
                : options.TargetRate / Math.Sqrt(run.Iteration);
            surrogate.Build(drawer.Draw(batch), theta, eta);
            run.Count(gradients: batch);
            for (var m = 0; m < options.SurrogateSteps; m++)
            {
                var value = surrogate.Gradient(theta, gradient);
                run.Count(products: batch);
                var square = VectorMath.Dot(gradient, gradient);
                norm = m == 0 ? Math.Sqrt(square) : norm;
                var rate = options.LearningRate;
                for (var halving = 0; halving <= Halvings; halving++, rate /= 2)
                {
                    theta.CopyTo(trial, 0);
                    VectorMath.Add(trial, -rate, gradient);
                    if (!options.LineSearch)
                    {
                        break;
                    }

                    run.Count(products: batch);
                    if (surrogate.Value(trial) <= value - (Share * rate * square))
                    {
                        break;
                    }

                    // Rounding hides any descent: stay.
                    if (halving == Halvings)
                    {
                        theta.CopyTo(trial, 0);
                    }
                }

                trial.CopyTo(theta, 0);
            }
        }

        var targets = new double[problem.Count * problem.TargetsPerSample];
        problem.Targets(drawer.All, theta, targets);
        run.Count(values: problem.Count);
        return run.Result(theta, problem.Loss(drawer.All, targets, []), norm);
    }

    private sealed class Surrogate(ITargetModel problem, int batch)
    {
        private readonly double[] _anchor = new double[batch * problem.TargetsPerSample];
        private readonly double[] _slope = new double[batch * problem.TargetsPerSample];
        private readonly double[] _targets = new double[batch * problem.TargetsPerSample];
        private readonly int[] _samples = new int[batch];
        private double _eta;

        public void Build(ReadOnlySpan<int> samples, ReadOnlySpan<double> theta, double eta)
        {
            samples.CopyTo(_samples);
            _eta = eta;
            problem.Targets(_samples, theta, _anchor);
            _ = problem.Loss(_samples, _anchor, _slope);
        }

        public double Value(ReadOnlySpan<double> theta)
        {
            problem.Targets(_samples, theta, _targets);
            var sum = 0.0;
            for (var i = 0; i < _targets.Length; i++)
            {
                var move = _targets[i] - _anchor[i];
                sum += (_slope[i] * move) + (move * move / (2 * _eta));
            }

            return sum / batch;
        }

        public double Gradient(ReadOnlySpan<double> theta, Span<double> gradient)
        {
            var value = Value(theta);
            for (var i = 0; i < _targets.Length; i++)
            {
                _targets[i] = (_slope[i] + ((_targets[i] - _anchor[i]) / _eta)) / batch;
            }

            problem.PullBack(_samples, theta, _targets, gradient);
            return value;
        }
    }
}
