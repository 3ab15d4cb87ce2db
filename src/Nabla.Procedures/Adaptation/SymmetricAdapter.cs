using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>A symmetric product beside one square linear layer: y = W x + b + U U' x, as in the linear theory of Meta-LoRA.</summary>
public sealed class SymmetricAdapter : Module, ILayerAdapter, IModelAdapter
{
    private readonly Linear _layer;

    /// <summary>Draws U; it stands beside nothing until <see cref="Attach"/>.</summary>
    /// <param name="layer">The layer, with as many outputs as inputs.</param>
    /// <param name="rank">The columns of U; at least 1.</param>
    /// <param name="deviation">The deviation of the normal numbers in U; 0 or above. At 0 the gradient of U is 0 too.</param>
    /// <param name="seed">Fixes U.</param>
    /// <exception cref="ArgumentException">The layer is not square, or a number is out of range.</exception>
    public SymmetricAdapter(Linear layer, int rank, double deviation, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(deviation);
        if (layer.Inputs != layer.Outputs)
        {
            throw new ArgumentException(
                $"The layer has {layer.Inputs} inputs and {layer.Outputs} outputs; a symmetric product needs as many of both.", nameof(layer));
        }

        _layer = layer;
        var random = new RandomStream(seed.Derive("symmetric adapter"));
        double[] values = [.. Enumerable.Range(0, checked((int)layer.Inputs * rank)).Select(_ => deviation * random.NextGaussian())];
        using var made = Tensor.From<double>(values, layer.Inputs, rank);
        Factor = Register("symmetric.weight", made.To(layer.Weight.Value.Device, layer.Weight.Value.DType, copy: true).Release(), ParameterRoles.Matrix);
    }

    /// <summary>U, [inputs, rank].</summary>
    public Parameter Factor { get; }

    IReadOnlyList<Parameter> IModelAdapter.Parameters => Parameters;

    /// <inheritdoc/>
    public void Attach() => _layer.Adapter = this;

    /// <inheritdoc/>
    public void Detach()
    {
        if (ReferenceEquals(_layer.Adapter, this))
        {
            _layer.Adapter = null;
        }
    }

    /// <inheritdoc/>
    public Tensor Add(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        using var scope = new TensorScope();
        return output.Addmm(input.Mm(Factor.Value), Factor.Value.T()).MoveToOuter();
    }

    /// <summary>What the adapter adds to the layer's output.</summary>
    /// <param name="input">[rows, inputs].</param>
    /// <returns>[rows, inputs], owned by the caller.</returns>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = new TensorScope();
        return input.Mm(Factor.Value).Mm(Factor.Value.T()).MoveToOuter();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Detach();
        }

        base.Dispose(disposing);
    }
}
