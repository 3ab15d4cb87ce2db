using Nabla.Engine;

namespace Nabla.Core;

/// <summary>One mini-batch. Owns its tensors.</summary>
/// <param name="Inputs">What the model reads.</param>
/// <param name="Targets">What it should answer.</param>
/// <param name="Items">How many items (tokens, images, rows) the loss is the mean of; above 0.</param>
public sealed record Batch(Tensor Inputs, Tensor Targets, long Items) : IDisposable
{
    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Inputs.Dispose();
        if (!ReferenceEquals(Inputs, Targets))
        {
            Targets.Dispose();
        }
    }
}
