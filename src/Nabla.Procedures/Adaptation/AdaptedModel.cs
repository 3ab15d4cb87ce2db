using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>A model whose weights rest while a low-rank adapter beside them is trained: its parameters are the adapter's.</summary>
public sealed class AdaptedModel : Module
{
    private readonly Module _model;
    private bool _disposed;

    /// <summary>Attaches the adapter and stops the work for gradients of the model's own weights.</summary>
    /// <param name="model">The base; it stays the caller's.</param>
    /// <param name="adapter">Made for the base; owned by this object from now on.</param>
    public AdaptedModel(Module model, LoraAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(adapter);
        (_model, Adapter) = (model, adapter);
        foreach (var layer in adapter.Layers)
        {
            Register(layer);
        }

        Follow(false);
        adapter.Attach();
    }

    /// <summary>The adapter.</summary>
    public LoraAdapter Adapter { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => _model.Forward(input);

    /// <summary>Detaches and frees the adapter; the base is as it was before.</summary>
    /// <param name="disposing">Whether it is called by Dispose.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            Adapter.Dispose();
            Follow(true);
        }

        base.Dispose(disposing);
    }

    private void Follow(bool gradients)
    {
        foreach (var parameter in _model.Parameters)
        {
            parameter.Value.RequiresGrad = gradients;
        }
    }
}
