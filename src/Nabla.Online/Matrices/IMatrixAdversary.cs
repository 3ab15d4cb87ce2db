using Nabla.Engine;

namespace Nabla.Online.Matrices;

/// <summary>Chooses the gradients of a game.</summary>
public interface IMatrixAdversary
{
    /// <summary>The gradient of the round, with operator norm at most 1; the caller owns it.</summary>
    /// <param name="decision">What the learner plays; an oblivious adversary does not look at it.</param>
    Tensor Next(Tensor decision);
}
