using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>The two factors beside one layer: y = W x + b + s B A x.</summary>
public sealed class LoraLayer : Module, ILayerAdapter
{
    private readonly bool _isEmbedding;

    internal LoraLayer(string name, IAdaptable layer, LoraOptions options, Seed seed)
    {
        (Name, Layer, Options, _isEmbedding) = (name, layer, options, layer.IsEmbedding);
        var weight = layer.Weight.Value;
        var random = new RandomStream(seed.Derive(name));
        var swapped = (options.Start == LoraStart.Reversed) != _isEmbedding;
        Func<double> draw = (_isEmbedding, options.Start) switch
        {
            (true, _) => random.NextGaussian,
            (_, LoraStart.Gaussian) => () => random.NextGaussian() / options.Rank,
            // Kaiming-uniform with a = √5, as in the reference implementation: within 1 / √fan-in.
            _ => () => ((2 * random.NextDouble()) - 1) / Math.Sqrt(swapped ? options.Rank : layer.Inputs),
        };
        // The layer's name stands before, so that an optimizer can tell the factors of all layers apart.
        A = Register(name + (_isEmbedding ? ".lora_embedding_A" : ".lora_A.weight"), Factor(options.Rank, layer.Inputs, swapped ? null : draw, weight), ParameterRoles.Matrix);
        B = Register(name + (_isEmbedding ? ".lora_embedding_B" : ".lora_B.weight"), Factor(layer.Outputs, options.Rank, swapped ? draw : null, weight), ParameterRoles.Matrix);
    }

    /// <summary>The dotted name of the layer in its model.</summary>
    public string Name { get; }

    /// <summary>The layer.</summary>
    public IAdaptable Layer { get; }

    /// <summary>Rank, scale and dropout of this layer.</summary>
    public LoraOptions Options { get; }

    /// <summary>A, [rank, inputs].</summary>
    public Parameter A { get; }

    /// <summary>B, [outputs, rank].</summary>
    public Parameter B { get; }

    /// <inheritdoc/>
    public Tensor Add(Tensor input, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        using var scope = new TensorScope();
        var inner = _isEmbedding
            ? Ops.Embedding(A.Value.T(), input).Reshape(-1, Options.Rank)
            : (Training && Options.Dropout > 0 ? Ops.Dropout(input, Options.Dropout, true) : input).Mm(A.Value.T());
        // One product adds in place: output += s · inner · Bᵀ. No derivative reads what a layer computed.
        if (output.Shape.Length == 2)
        {
            return output.Addmm_(inner, B.Value.T(), beta: 1.0, alpha: Options.Scale);
        }

        var shape = output.Shape;
        return output.Reshape(-1, Layer.Outputs).Addmm(inner, B.Value.T(), beta: 1.0, alpha: Options.Scale).View(shape).MoveToOuter();
    }

    /// <summary>What the adapter adds to a layer's input: s B A x.</summary>
    /// <param name="input">[rows, inputs], or the indices of an embedding.</param>
    /// <returns>[..., outputs], owned by the caller.</returns>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = new TensorScope();
        long[] shape = _isEmbedding ? [.. input.Shape, Layer.Outputs] : [input.Shape[0], Layer.Outputs];
        return Add(input, Tensor.Zeros(shape, A.Value.DType, A.Value.Device)).MoveToOuter();
    }

    /// <summary>What merging adds to the layer's weights, in their layout.</summary>
    /// <returns>A tensor of the weights' shape, owned by the caller.</returns>
    public Tensor Delta()
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        var product = B.Value.Mm(A.Value) * Options.Scale;
        return (Layer.InputsFirst || _isEmbedding ? product.T().Contiguous() : product).MoveToOuter();
    }

    private static Tensor Factor(long rows, long columns, Func<double>? draw, Tensor like)
    {
        var values = new double[rows * columns];
        for (var i = 0; i < values.Length && draw is not null; i++)
        {
            values[i] = draw();
        }

        using var made = Tensor.From<double>(values, rows, columns);
        return made.To(like.Device, like.DType, copy: true).Release();
    }
}
