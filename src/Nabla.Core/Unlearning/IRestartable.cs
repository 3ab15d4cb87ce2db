using Nabla.Engine;

namespace Nabla.Core;

/// <summary>An unlearning task that can make its model untrained again, for retraining and for comparisons with it.</summary>
public interface IRestartable : IUnlearningTask
{
    /// <summary>Gives the model, in its place, the weights it began with for a seed.</summary>
    /// <param name="seed">Fixes the weights.</param>
    /// <exception cref="InvalidOperationException">Nobody said how an untrained model is made.</exception>
    void Restart(Seed seed);
}
