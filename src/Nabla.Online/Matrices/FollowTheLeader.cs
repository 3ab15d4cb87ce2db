using Nabla.Engine;

namespace Nabla.Online.Matrices;

/// <summary>Plays what would have been best so far, X_{t+1} = -D polar(S_t); its regret can grow linearly.</summary>
/// <param name="rows">m, at least 1.</param>
/// <param name="columns">n, at least 1.</param>
/// <param name="radius">D, above 0.</param>
public sealed class FollowTheLeader(int rows, int columns, double radius) : MatrixLearner(rows, columns, radius, 1)
{
    /// <inheritdoc/>
    protected override Tensor Next(Tensor decision, Tensor gradient, Tensor sum, Tensor second)
    {
        Decompositions++;
        return PolarFactor.Exact(sum) * -Radius;
    }
}
