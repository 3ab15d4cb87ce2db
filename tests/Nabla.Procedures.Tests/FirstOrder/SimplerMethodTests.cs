using Nabla.Core;
using Nabla.Engine;
using Nabla.Online;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Procedures.Tests.FirstOrder;

/// <summary>With a part switched off, a procedure is the simpler method.</summary>
public sealed class SimplerMethodTests
{
    private static readonly double[] s_rows = [1, 0.5, -0.3, 2, 0.7, -1.1, 1.4, 0.2, -0.9, 0.8];
    private static readonly double[] s_labels = [1, -1, 1, 1, -1];

    private static readonly LinearModelLoss s_logistic = new(s_rows, s_labels, LossKind.Logistic, 0.1);

    [Fact]
    public void SsoTarget_OneStepWithoutSearch_IsGradientDescent()
    {
        var model = new LinearTargets(s_rows, s_labels, LossKind.Logistic);
        var options = new SsoTargetOptions { SurrogateSteps = 1, LineSearch = false, LearningRate = 0.7 };
        var result = new SsoTarget(options).Minimize(model, [0.1, -0.2], Steps(9), default);
        Same(Descend(new LinearModelLoss(s_rows, s_labels, LossKind.Logistic), [0.1, -0.2], 0.7, 9), result.Point);
    }

    [Fact]
    public void AiSarah_FixedStepAndAllSamples_IsGradientDescent()
    {
        // With all samples, v is the gradient itself.
        var options = new AiSarahOptions { LearningRate = 0.4, BatchSize = 0 };
        var result = new AiSarah(options).Minimize(s_logistic, [0.1, -0.2], Steps(9), default);
        Same(Descend(s_logistic, [0.1, -0.2], 0.4, 9), result.Point);
    }

    [Fact]
    public void AiSarah_OnOneDirectionOfAQuadratic_FindsTheExactStep()
    {
        // Of a quadratic, the implicit step minimizes the norm of the gradient along v; in one dimension that is the minimum.
        var problem = new LinearModelLoss([2.0], [3], LossKind.Squared);
        var result = new AiSarah(new() { BatchSize = 0 }).Minimize(problem, [0], new() { Iterations = 5, Tolerance = 1e-12 }, default);
        Assert.Equal(1.5, result.Point[0], 12);
        Assert.Equal(1, result.Iterations);
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
    }

    [Fact]
    public void Cgo_WithoutForesight_IsGradientDescentAscent()
    {
        var game = new QuadraticGame([2], 1);
        var result = new Cgo(new() { Alpha = 0, LearningRate = 0.1 }).Solve(game, [1], [1], Steps(3));
        double x = 1, y = 1;
        for (var t = 0; t < 3; t++)
        {
            (x, y) = (x - (0.1 * 2 * y), y + (0.1 * 2 * x));
        }

        Same([x, y], result.Point);
    }

    [Fact]
    public void Cgo_ForesightEqualToTheStep_IsCompetitiveGradientDescent()
    {
        // Schäfer and Anandkumar: x -= η (I + η² D D')⁻¹ (∇x + η D ∇y), which for f = a x y is a formula of numbers.
        const double A = 3, Eta = 0.2;
        var result = new Cgo(new() { Alpha = Eta, LearningRate = Eta }).Solve(new QuadraticGame([A], 1), [1], [-2], Steps(1));
        var share = 1 + (Eta * Eta * A * A);
        Same([1 - (Eta * ((A * -2) + (Eta * A * A * 1)) / share), -2 + (Eta * ((A * 1) - (Eta * A * A * -2)) / share)], result.Point);
    }

    [Fact]
    public void Optex_OneWorker_IsGradientDescent()
    {
        var options = new OptexOptions { Workers = 1, LearningRate = 0.3 };
        var result = new Optex(options).Minimize(new NoisyObjective(s_logistic, 0), [0.1, -0.2], Steps(9), default);
        Same(Descend(s_logistic, [0.1, -0.2], 0.3, 9), result.Point);
    }

    [Fact]
    public void GradientPredictor_AtRememberedPoints_GivesWhatItRemembers()
    {
        var predictor = new GradientPredictor(GradientKernel.Matern, 10, 0, 1e-12);
        var gradient = new double[2];
        for (var i = 0; i < 5; i++)
        {
            s_logistic.Gradient([i, 1 - (0.3 * i)], gradient);
            predictor.Add([i, 1 - (0.3 * i)], gradient);
        }

        var predicted = new double[2];
        predictor.Predict([3, 0.1], predicted);
        s_logistic.Gradient([3, 0.1], gradient);
        Assert.Equal(gradient[0], predicted[0], 9);
        Assert.Equal(gradient[1], predicted[1], 9);
    }

    [Fact]
    public void PolynomialPreconditioning_DegreeZero_IsTheGradientMethodWithABacktrackedStep()
    {
        var result = new PolynomialPreconditioning(new() { Order = 0, Smoothness = 4 }).Minimize(s_logistic, [0.1, -0.2], Steps(6));
        double[] x = [0.1, -0.2], g = new double[2];
        var m = 4.0;
        for (var t = 0; t < 6; t++)
        {
            s_logistic.Gradient(x, g);
            var square = (g[0] * g[0]) + (g[1] * g[1]);
            m /= 2;
            while (s_logistic.Value([x[0] - (g[0] / m), x[1] - (g[1] / m)]) > s_logistic.Value(x) - (square / (2 * m)))
            {
                m *= 2;
            }

            x = [x[0] - (g[0] / m), x[1] - (g[1] / m)];
        }

        Same(x, result.Point);
    }

    [Fact]
    public void PolynomialPreconditioning_DegreeOfTheDimensionLessOne_IsNewtonOnAQuadratic()
    {
        // P is then the adjugate of B, a multiple of its inverse: one step of the right length ends.
        var problem = new LinearModelLoss(s_rows, s_labels, LossKind.Squared);
        var result = new PolynomialPreconditioning(new() { Order = 1 }).Minimize(
            problem, [5, 5], new() { Iterations = 60, Tolerance = 1e-10 });
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
        var krylov = new PolynomialPreconditioning(new() { Order = 1, Polynomial = PolynomialKind.Krylov }).Minimize(
            problem, [5, 5], new() { Iterations = 60, Tolerance = 1e-10 });
        Assert.Equal(EndingKind.TargetReached, krylov.Ending.Kind);
        Same(krylov.Point, result.Point, 8);
    }

    [Fact]
    public void GreedyBcd_OneBlockOfAllByGradient_IsProximalGradient()
    {
        double[] right = [1, -2, 0.5, 3, -1];
        var problem = new LeastSquares(s_rows, right, 0.8);
        var options = new GreedyBcdOptions { BlockSize = 2, Blocks = BlockKind.Fixed, Step = BlockStep.Gradient };
        var result = new GreedyBcd(options).Minimize(problem, [0, 0], Steps(7));
        double a = problem.Curvature(0, 0), b = problem.Curvature(0, 1), c = problem.Curvature(1, 1);
        var top = ((a + c) / 2) + Math.Sqrt((((a - c) / 2) * ((a - c) / 2)) + (b * b));
        double[] x = [0, 0], g = new double[2];
        for (var t = 0; t < 7; t++)
        {
            problem.Gradient(x, g);
            for (var i = 0; i < 2; i++)
            {
                var goal = x[i] - (g[i] / top);
                x[i] = Math.Sign(goal) * Math.Max(Math.Abs(goal) - (0.8 / top), 0);
            }
        }

        Same(x, result.Point);
    }

    [Fact]
    public void GreedyBcd_OneBlockOfAllByNewton_EndsInOneStep()
    {
        var problem = new LeastSquares(s_rows, [1, -2, 0.5, 3, -1], 0.8);
        var result = new GreedyBcd(new() { BlockSize = 2 }).Minimize(problem, [0, 0], new() { Tolerance = 1e-10 });
        Assert.Equal(1, result.Iterations);
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
    }

    [Fact]
    public void StochasticDualDescent_WithoutMomentumAndAverage_IsRichardsonIteration()
    {
        var system = new KernelRegression([0, 0.5, 2], [1, 2, -1], 1, 0.3);
        var options = new StochasticDualDescentOptions
        {
            BatchSize = 0,
            Momentum = 0,
            Nesterov = false,
            Averaging = 1,
            LearningRate = 0.9,
        };
        var result = new StochasticDualDescent(options).Solve(system, Steps(5), default);
        double[] a = [0, 0, 0], row = new double[3];
        for (var t = 0; t < 5; t++)
        {
            double[] next = [.. a];
            for (var i = 0; i < 3; i++)
            {
                system.Row(i, row);
                next[i] -= 0.9 / 3 * ((row[0] * a[0]) + (row[1] * a[1]) + (row[2] * a[2]) + (0.3 * a[i]) - system.Observations[i]);
            }

            a = next;
        }

        Same(a, result.Point);
    }

    [Fact]
    public void O2nc_ExponentialScaleAndDescentWithMemory_IsMomentumWithARandomScale()
    {
        var options = new O2ncOptions { Scaling = RandomScaling.Exponential, Restart = false, BlockLength = 1 };
        var learner = new OnlineGradientDescent(2, new() { LearningRate = 0.2, Memory = 0.7 });
        var last = new double[2];
        void Watch(in ProcedureStep step) => step.Point.CopyTo(last);
        new O2nc(options).Minimize(new NoisyObjective(s_logistic, 0), [0.5, 0.5], learner, Steps(8), Seed.From(2), Watch);
        var scales = new RandomStream(Seed.From(2).Derive("scales"));
        double[] x = [0.5, 0.5], move = [0, 0], g = new double[2];
        for (var t = 0; t < 8; t++)
        {
            var s = -Math.Log(1 - scales.NextDouble());
            for (var i = 0; i < 2; i++)
            {
                x[i] += s * move[i];
            }

            s_logistic.Gradient(x, g);
            for (var i = 0; i < 2; i++)
            {
                move[i] = (0.7 * move[i]) - (0.2 * g[i]);
            }
        }

        Same(x, last);
    }

    [Fact]
    public void AdaDaGrad_BatchThatCannotGrow_IsAdaGrad()
    {
        var options = new AdaDaGradOptions { InitialBatch = 5, LearningRate = 0.3 };
        var result = new AdaDaGrad(options).Minimize(s_logistic, [0.1, -0.2], Steps(6), default);
        double[] x = [0.1, -0.2], g = new double[2], v = new double[2];
        for (var t = 0; t < 6; t++)
        {
            s_logistic.Gradient(x, g);
            for (var i = 0; i < 2; i++)
            {
                v[i] += g[i] * g[i];
                x[i] -= 0.3 * g[i] / (Math.Sqrt(v[i]) + 1e-10);
            }
        }

        Same(x, result.Result.Point);
        Assert.All(result.Batches, b => Assert.Equal(5, b));
    }

    private static StoppingRule Steps(int count) => new() { Iterations = count };

    private static double[] Descend(LinearModelLoss problem, double[] start, double rate, int steps)
    {
        double[] x = [.. start], g = new double[start.Length];
        for (var t = 0; t < steps; t++)
        {
            problem.Gradient(x, g);
            for (var i = 0; i < x.Length; i++)
            {
                x[i] -= rate * g[i];
            }
        }

        return x;
    }

    private static void Same(IReadOnlyList<double> expected, IReadOnlyList<double> actual, int digits = 11)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i], actual[i], digits);
        }
    }
}
