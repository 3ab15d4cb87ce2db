using Nabla.Engine;

namespace Nabla.Online.Matrices;

/// <summary>Online linear optimization over the operator-norm ball.</summary>
public static class MatrixGame
{
    /// <summary>Plays a game to its end.</summary>
    /// <param name="learner">The learner, not yet used.</param>
    /// <param name="adversary">The adversary, not yet used.</param>
    /// <param name="rounds">T, at least 1.</param>
    /// <returns>Regret and what bounds it.</returns>
    public static MatrixGameResult Play(MatrixLearner learner, IMatrixAdversary adversary, int rounds)
    {
        ArgumentNullException.ThrowIfNull(learner);
        ArgumentNullException.ThrowIfNull(adversary);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        using var scope = new TensorScope();
        var isTall = learner.Rows > learner.Columns;
        var side = Math.Min(learner.Rows, learner.Columns);
        var sum = Tensor.Zeros([learner.Rows, learner.Columns], DType.Float64);
        var second = Tensor.Zeros([side, side], DType.Float64);
        var (paid, first, largest) = (0.0, 0.0, 0.0);
        var regrets = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            using var inner = new TensorScope();
            var decision = learner.Decide();
            var gradient = adversary.Next(decision);
            largest = Math.Max(largest, Ops.LinalgSvdvals(decision).Amax([-1]).Item());
            paid += (gradient * decision).Sum().Item();
            learner.Observe(gradient);
            sum = (sum + gradient).MoveToOuter();
            var g = isTall ? gradient.T() : gradient;
            second = second.Addmm(g, g.T()).MoveToOuter();
            var nuclear = Ops.LinalgSvdvals(sum).Sum().Item();
            first = round == 0 ? nuclear : first;
            regrets[round] = paid + (learner.Radius * nuclear);
        }

        // Theorem 4.
        double? bound = null;
        if (learner.Smoothing is { } smoothing)
        {
            var root = Math.Sqrt(smoothing.Alpha * smoothing.Beta);
            var ridged = second + (Ops.Eye(side, DType.Float64) * (learner.GradientBound * learner.GradientBound));
            bound = (2 * root * learner.Radius * SquareRoot.Trace(ridged)) + ((1 - root) * learner.Radius * first);
        }

        return new MatrixGameResult(regrets, bound, SquareRoot.Trace(second), largest, learner.Decompositions);
    }
}
