using Nabla.Core;

namespace Nabla.Online.Tests;

public sealed class LearnerTests
{
    [Fact]
    public void Descent_WithoutARadius_SubtractsGradients()
    {
        var learner = new OnlineGradientDescent(2, new() { LearningRate = 0.5 });
        Assert.Equal([0.0, 0.0], learner.Decision.ToArray());
        learner.Learn([1, -2]);
        Assert.Equal([-0.5, 1.0], learner.Decision.ToArray());
        learner.Learn([1, 0]);
        Assert.Equal([-1.0, 1.0], learner.Decision.ToArray());
    }

    [Fact]
    public void Descent_WithMemory_ForgetsOldGradients()
    {
        var learner = new OnlineGradientDescent(1, new() { LearningRate = 1, Memory = 0.5 });
        learner.Learn([-1]);
        learner.Learn([-1]);
        learner.Learn([0]);
        Assert.Equal(0.75, learner.Decision[0]);
    }

    [Fact]
    public void Descent_OutsideTheBall_ComesBackToItsEdge()
    {
        var learner = new OnlineGradientDescent(2, new() { LearningRate = 1, Radius = 2 });
        learner.Learn([-30, 40]);
        Assert.Equal(1.2, learner.Decision[0], 12);
        Assert.Equal(-1.6, learner.Decision[1], 12);
    }

    [Fact]
    public void Leader_DividesTheSumOfGradientsByTheRootOfTheirSquares()
    {
        var learner = new FollowTheRegularizedLeader(2, new() { Scale = 10 });
        learner.Learn([3, 0]);
        Assert.Equal([-10.0, 0.0], learner.Decision.ToArray());
        learner.Learn([0, 4]);
        Assert.Equal([-6.0, -8.0], learner.Decision.ToArray());
    }

    [Fact]
    public void Leader_BeforeAnyGradient_StaysAtZero()
    {
        var learner = new FollowTheRegularizedLeader(1, new());
        learner.Learn([0]);
        Assert.Equal(0.0, learner.Decision[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reset_MakesTheLearnerANewOne(bool isLeader)
    {
        VectorLearner Make() => isLeader
            ? new FollowTheRegularizedLeader(2, new() { Radius = 1 })
            : new OnlineGradientDescent(2, new() { Radius = 1, LearningRate = 0.3, Memory = 0.9 });
        var used = Make();
        used.Learn([1, 2]);
        used.Learn([-3, 1]);
        used.Reset();
        var fresh = Make();
        for (var t = 0; t < 5; t++)
        {
            Assert.Equal(fresh.Decision.ToArray(), used.Decision.ToArray());
            fresh.Learn([t, 1 - t]);
            used.Learn([t, 1 - t]);
        }
    }

    // The regret of both learners on linear losses grows as the root of the number of rounds: Σ|g|² = T, the
    // comparator is the best point of the ball, and the bounds are those of the papers (√T D for a fixed rate
    // D/√T, 2 √T D for the leader).
    [Theory]
    [InlineData(true, 2.0)]
    [InlineData(false, 1.0)]
    public void Regret_OnRandomSigns_StaysBelowTheBound(bool isLeader, double factor)
    {
        const int Rounds = 400;
        VectorLearner learner = isLeader
            ? new FollowTheRegularizedLeader(1, new() { Radius = 1 })
            : new OnlineGradientDescent(1, new() { Radius = 1, LearningRate = 1 / Math.Sqrt(Rounds) });
        var random = new Engine.RandomStream(Engine.Seed.From(3));
        double paid = 0, sum = 0;
        for (var t = 0; t < Rounds; t++)
        {
            var g = random.NextDouble() < 0.6 ? 1.0 : -1.0;
            paid += g * learner.Decision[0];
            sum += g;
            learner.Learn([g]);
        }

        var regret = paid + Math.Abs(sum);
        Assert.InRange(regret, 0, factor * Math.Sqrt(Rounds));
    }

    [Fact]
    public void Shape_TellsScalarsFromVectors()
    {
        Assert.Empty(new OnlineGradientDescent(1, new()).Shape);
        Assert.Equal([3], new OnlineGradientDescent(3, new()).Shape);
    }

    [Fact]
    public void Learn_GradientOfAnotherLength_SaysBothLengths()
    {
        var error = Assert.Throws<ArgumentException>(() => new OnlineGradientDescent(3, new()).Learn([1, 2]));
        Assert.StartsWith("The gradient has 2 numbers; the decision has 3. Give the gradient at the decision.", error.Message);
    }

    [Fact]
    public void Options_OutOfRange_SayTheRange()
    {
        var rate = Assert.Throws<OptionException>(() => new OnlineGradientDescent(1, new() { LearningRate = 0 }));
        Assert.Equal(
            "LearningRate was 0; it must be above 0. Set OnlineGradientDescentOptions.LearningRate, usually radius / (gradient norm * sqrt(rounds)).",
            rate.Message);
        var memory = Assert.Throws<OptionException>(() => new OnlineGradientDescent(1, new() { Memory = 1.5 }));
        Assert.StartsWith("Memory was 1.5; it must lie in (0, 1]. Set OnlineGradientDescentOptions.Memory", memory.Message);
        var scale = Assert.Throws<OptionException>(() => new FollowTheRegularizedLeader(1, new() { Scale = -1 }));
        Assert.StartsWith("Scale was -1; it must be above 0. Set FollowTheRegularizedLeaderOptions.Scale", scale.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FollowTheRegularizedLeader(0, new()));
    }
}
