using Nabla.Core;
using Nabla.Engine;
using Nabla.Online;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Procedures.Tests.FirstOrder;

/// <summary>How procedures end, what they count, and that seeds decide everything.</summary>
public sealed class EndingTests
{
    private static readonly double[] s_rows = [1, 0.5, -0.3, 2, 0.7, -1.1, 1.4, 0.2, -0.9, 0.8];
    private static readonly double[] s_labels = [1, -1, 1, 1, -1];
    private static readonly LinearModelLoss s_logistic = new(s_rows, s_labels, LossKind.Logistic, 0.1);

    [Fact]
    public void Tolerance_Met_IsATargetReached()
    {
        var result = new Cgo(new() { LearningRate = 0.3 }).Solve(
            new QuadraticGame([1], 1), [1], [1], new() { Iterations = 500, Tolerance = 1e-6 });
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
        Assert.True(result.Norm <= 1e-6);
        Assert.InRange(result.Iterations, 1, 499);
        Assert.Equal("The tolerance was met; nothing needs to be done.", result.Ending.Advice);
    }

    [Fact]
    public void Iterations_UsedUp_AreABudgetExhausted()
    {
        var result = new Cgo(new()).Solve(new QuadraticGame([1], 1), [1], [1], new() { Iterations = 2, Tolerance = 1e-6 });
        Assert.Equal(EndingKind.BudgetExhausted, result.Ending.Kind);
        Assert.Equal(2, result.Iterations);
        Assert.Equal(3, result.Counts.Gradients);
    }

    [Fact]
    public void WithoutATolerance_AllIterationsMade_IsCompleted() => Assert.Equal(
        EndingKind.Completed, new Cgo(new()).Solve(new QuadraticGame([1], 1), [1], [1], new() { Iterations = 2 }).Ending.Kind);

    [Fact]
    public void GradientQueries_UsedUp_EndTheRun()
    {
        var result = new AdaDaGrad(new() { InitialBatch = 2, MaximumBatch = 2 }).Minimize(
            s_logistic, [0, 0], new() { GradientQueries = 10, Iterations = 100 }, default).Result;
        Assert.Equal(5, result.Iterations);
        Assert.Equal(10, result.Counts.Gradients);
    }

    [Fact]
    public void NumbersThatOverflow_AreANonFiniteEndingWithACure()
    {
        var result = new Optex(new() { LearningRate = 1e200, Workers = 1 }).Minimize(
            new NoisyObjective(new LinearModelLoss(s_rows, s_labels, LossKind.Squared), 0), [0, 0], new(), default);
        Assert.Equal(EndingKind.NonFinite, result.Ending.Kind);
        Assert.Equal("A number stopped being finite. Lower OptexOptions.LearningRate.", result.Ending.Advice);
    }

    [Fact]
    public void Cancelled_ReturnsWhereItIs()
    {
        using var source = new CancellationTokenSource();
        void Watch(in ProcedureStep step)
        {
            if (step.Iteration == 3)
            {
                source.Cancel();
            }
        }

        var result = new GreedyBcd(new() { BlockSize = 1 }).Minimize(
            new LeastSquares(s_rows, s_labels, 0.1), [5, 5], new() { CancellationToken = source.Token }, Watch);
        Assert.Equal(EndingKind.Cancelled, result.Ending.Kind);
        Assert.Equal(3, result.Iterations);
    }

    [Fact]
    public void BestPoint_OfAMethodThatMeasuresValues_IsThatOfTheEnding()
    {
        var result = new PolynomialPreconditioning(new() { Order = 1 }).Minimize(s_logistic, [3, 3], new() { Iterations = 20 });
        Assert.Equal(s_logistic.Value([.. result.BestPoint]), result.Ending.BestValue!.Value, 14);
        Assert.True(result.Value < s_logistic.Value([3, 3]));
    }

    [Fact]
    public void GreedyBcd_NeverLeavesTheBounds()
    {
        var problem = new LeastSquares(s_rows, [9, -9, 9, 9, -9], 0.1, [0, -1], [2, 0.5]);
        void Watch(in ProcedureStep step)
        {
            Assert.InRange(step.Point[0], 0, 2);
            Assert.InRange(step.Point[1], -1, 0.5);
        }

        var result = new GreedyBcd(new() { BlockSize = 1 }).Minimize(problem, [50, -50], new() { Tolerance = 1e-9 }, Watch);
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
    }

    [Fact]
    public void SsoTarget_CountsOnlyCallsOfTheLossAsGradients()
    {
        var model = new LinearTargets(s_rows, s_labels, LossKind.Logistic);
        var result = new SsoTarget(new() { SurrogateSteps = 7 }).Minimize(model, [0, 0], new() { Iterations = 4 }, default);
        Assert.Equal(4 * 5, result.Counts.Gradients);
        Assert.True(result.Counts.Products >= 4 * 7 * 5);
    }

    [Fact]
    public void Seeds_DecideEverything()
    {
        IReadOnlyList<double>[] Points(Seed seed) =>
        [
            new AdaDaGrad(new() { InitialBatch = 2 }).Minimize(s_logistic, [0, 0], new() { Iterations = 5 }, seed).Result.Point,
            new AiSarah(new() { BatchSize = 2 }).Minimize(s_logistic, [0, 0], new() { Iterations = 5 }, seed).Point,
            new Optex(new() { LearningRate = 0.1 }).Minimize(
                new NoisyObjective(s_logistic, 0.1), [0, 0], new() { Iterations = 5 }, seed).Point,
            new StochasticDualDescent(new() { BatchSize = 2, LearningRate = 1 }).Solve(
                new KernelRegression([0, 0.5, 2, 3], [1, 2, -1, 0], 1, 0.3), new() { Iterations = 5 }, seed).Point,
            new O2nc(new() { BlockLength = 3 }).Minimize(
                new NoisyObjective(s_logistic, 0.1), [0, 0], new OnlineGradientDescent(2, new()), new() { Iterations = 9 }, seed).Result.Point,
        ];

        var first = Points(Seed.From(1));
        var again = Points(Seed.From(1));
        var other = Points(Seed.From(2));
        for (var i = 0; i < first.Length; i++)
        {
            Assert.Equal(first[i], again[i]);
            Assert.NotEqual(first[i], other[i]);
        }
    }

    [Fact]
    public void O2nc_Blocks_StayWithinTheLearnersReach()
    {
        var learner = new OnlineGradientDescent(2, new() { LearningRate = 0.5, Radius = 0.01 });
        var result = new O2nc(new() { BlockLength = 20 }).Minimize(
            new NoisyObjective(s_logistic, 0.5), [3, 3], learner, new() { Iterations = 100 }, Seed.From(1));
        Assert.Equal(5, result.Blocks.Count);
        Assert.All(result.Blocks, b => Assert.InRange(b.Radius, 1e-4, 20 * 0.01));
        Assert.Contains(result.Blocks, b => b.Center.SequenceEqual(result.Result.Point));
    }
}
