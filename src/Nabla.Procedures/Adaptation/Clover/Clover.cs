using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>
/// Gives every attention head orthogonal query-key and value-output vectors without changing what the model computes, drops those
/// that carry nothing, and trains what stands between them alone.
/// </summary>
/// <remarks>
/// <para>Update: for each head the product of value and output weights, and of query and key weights where no rotation by position
/// stands between them, is decomposed; both sides get orthogonal columns with the square roots of the singular values as lengths.
/// With rotary positions queries and keys are decomposed each for itself, and keep their weights. What is trained are factors of
/// the singular values, 1 at the start, or a matrix for each head.</para>
/// <para>Needs: no weights beside the model's; as many trained numbers as heads have dimensions, or their squares.</para>
/// <para>Choose it: to adapt a model within the directions it has, or to see and drop vectors that its heads do not use.</para>
/// </remarks>
[Method(
    "clover",
    Family.Adaptation,
    Paper = "arXiv:2411.17426",
    Title = "CLOVER: Constrained Learning with Orthonormal Vectors for Eliminating Redundancy")]
[Departs("With rotary positions the authors' code takes queries and keys apart by QR within each head and trains R; here the singular vectors within the head stand for Q, and what is trained begins at the identity. Both reach the same models.")]
[Departs("Heads keep their sizes: dropped vectors become zeros, which cost as much as before.")]
[Departs("Trained are factors of the singular values instead of the values, which reach the same models.")]
public sealed class Clover : Module, ICataloguedMethod<CloverOptions>, IModelAdapter
{
    private readonly List<CloverScale> _scales = [];
    private readonly List<CloverHead> _heads = [];

    /// <summary>Decomposes the attention layers of a model in place; its outputs stay the same but for rounding and what is dropped.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What is trained, and what is dropped.</param>
    /// <exception cref="OptionException">An option is wrong.</exception>
    /// <exception cref="ArgumentException">A head is larger than what it reads.</exception>
    public Clover(IAttentionModel model, CloverOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        if (model.Attentions.FirstOrDefault(layer => layer.Size > Math.Min(layer.Query.Inputs, layer.Output.Outputs)) is { } odd)
        {
            throw new ArgumentException(
                $"The heads of '{odd.Name}' have {odd.Size} numbers, more than the {Math.Min(odd.Query.Inputs, odd.Output.Outputs)} of the layers around them. Clover needs heads that are narrower than the model.",
                nameof(model));
        }

        using var mode = GradMode.Disable();
        foreach (var layer in model.Attentions)
        {
            using var scope = new TensorScope();
            if (layer.TurnsByPosition)
            {
                // No vector can go from one side to the other through the turn; each side has a transition before it.
                var queries = Within(layer, layer.Query, layer.QueryAt, layer.Heads, CloverPart.Query);
                Cover(layer, layer.Query, layer.QueryAt, layer.Heads, "query", options, queries);
                var keys = Within(layer, layer.Key, layer.KeyAt, layer.Groups, CloverPart.Key);
                Cover(layer, layer.Key, layer.KeyAt, layer.Groups, "key", options, keys);
            }
            else
            {
                Cover(layer, layer.Key, layer.KeyAt, layer.Groups, "key", options);
            }

            Cover(layer, layer.Value, layer.ValueAt, layer.Groups, "value", options);
            for (var group = 0; group < layer.Groups; group++)
            {
                if (!layer.TurnsByPosition)
                {
                    QueryKey(layer, group, options.Redundant);
                }

                ValueOutput(layer, group, options.Redundant);
            }
        }
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "[W_K; b_K] [W_Q; b_Q]' = U S V' for each head, where no turn by positions stands between",
        "with rotary positions [W_Q; b_Q] = U S V' and [W_K; b_K] = U S V' for each head; the weights stay",
        "[W_V; b_V] W_O = U S V' for each head; heads that share keys and values are decomposed together",
        "one side becomes U S^(1/2), the other V S^(1/2); columns with S <= redundant * max S become 0",
        "trained: S -> S diag(r), r = 1 at the start; matrices: S^(1/2) R S^(1/2), or S R within one side, R the identity at the start",
    ];

    /// <summary>The singular values of every pair, or of every side where positions stand between.</summary>
    public IReadOnlyList<CloverHead> Heads => _heads;

    /// <summary>How many vectors were dropped.</summary>
    public int Dropped => _heads.Sum(head => head.Dropped);

    IReadOnlyList<Parameter> IModelAdapter.Parameters => Parameters;

    /// <inheritdoc/>
    public void Attach() => _scales.ForEach(scale => scale.Layer.Adapter = scale);

    /// <inheritdoc/>
    public void Detach()
    {
        foreach (var scale in _scales.Where(scale => ReferenceEquals(scale.Layer.Adapter, scale)))
        {
            scale.Layer.Adapter = null;
        }
    }

    /// <summary>Multiplies what was trained into the weights and begins again at 1; the model then needs nothing beside it.</summary>
    public void Merge()
    {
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        _scales.ForEach(scale => scale.Merge());
        foreach (var parameter in Parameters)
        {
            using var fresh = Fresh(parameter.Value.Shape, parameter.Value);
            parameter.Value.CopyFrom(fresh);
        }

        Detach();
    }

    /// <summary>Not a layer of its own: it acts within the layers of the model.</summary>
    /// <param name="input">Anything.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Forward(Tensor input) =>
        throw new NotSupportedException("Clover acts within attention layers; attach it and run the model.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Detach();
            _scales.ForEach(scale => scale.Dispose());
        }

        base.Dispose(disposing);
    }

    private static Tensor Fresh(ReadOnlySpan<long> shape, Tensor like)
    {
        // Ones, or a unit matrix for each head.
        var size = (int)shape[^1];
        double[] values = new double[shape.Length == 2 ? shape[0] * size : shape[0] * size * size];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = shape.Length == 2 || i % (size * size) % (size + 1) == 0 ? 1 : 0;
        }

        using var made = Tensor.From<double>(values, shape);
        return made.To(like.Device, like.DType, copy: true).Release();
    }

    private void Cover(
        AttentionLayer layer, Linear writer, int at, int heads, string name, CloverOptions options, Tensor? basis = null)
    {
        long[] shape = options.Tuning == CloverTuning.Values ? [heads, layer.Size] : [heads, layer.Size, layer.Size];
        var parameter = Register(
            string.Create(CultureInfo.InvariantCulture, $"{layer.Name}.clover_{name}"), Fresh(shape, writer.Weight.Value),
            options.Tuning == CloverTuning.Values ? ParameterRoles.Vector : ParameterRoles.Matrix);
        var scale = _scales.Find(known => ReferenceEquals(known.Layer, writer));
        if (scale is null)
        {
            _scales.Add(scale = new CloverScale(writer, options.Tuning));
        }

        scale.Cover(at, heads, layer.Size, parameter, basis);
    }

    // The right singular vectors of every head's own weights, [heads, size, size].
    private Tensor Within(AttentionLayer layer, Linear writer, int at, int heads, CloverPart part)
    {
        var vectors = new Tensor[heads];
        for (var head = 0; head < heads; head++)
        {
            var (found, values) = CloverPair.Decompose(
                CloverPair.Writes(writer, at + (head * layer.Size), layer.Size, writer.Bias is not null));
            vectors[head] = found.View(1, layer.Size, layer.Size);
            _heads.Add(new CloverHead(layer.Name, head, part, values, 0));
        }

        return Ops.Cat(vectors, 0);
    }

    private void QueryKey(AttentionLayer layer, int group, double redundant)
    {
        // Heads that share keys keep doing so: their queries stand below each other in one product.
        var each = layer.Heads / layer.Groups;
        var at = layer.KeyAt + (group * layer.Size);
        var hasBias = layer.Query.Bias is not null || layer.Key.Bias is not null;
        int QueryAt(int i) => layer.QueryAt + (((group * each) + i) * layer.Size);
        var queries = Enumerable.Range(0, each).Select(i => CloverPair.Writes(layer.Query, QueryAt(i), layer.Size, hasBias)).ToArray();
        var (left, right, values, dropped) = CloverPair.Decompose(
            CloverPair.Writes(layer.Key, at, layer.Size, hasBias), Ops.Cat(queries, 0), redundant);
        CloverPair.Write(layer.Key, at, layer.Size, left);
        var rows = (int)right.Shape[0] / each;
        for (var i = 0; i < each; i++)
        {
            CloverPair.Write(layer.Query, QueryAt(i), layer.Size, right[(i * rows)..((i + 1) * rows)]);
        }

        _heads.Add(new CloverHead(layer.Name, group, CloverPart.QueryKey, values, dropped));
    }

    private void ValueOutput(AttentionLayer layer, int group, double redundant)
    {
        // Heads that share values keep doing so: their outputs stand below each other in one product.
        var each = layer.Heads / layer.Groups;
        var at = layer.ValueAt + (group * layer.Size);
        var readers = Enumerable.Range(group * each, each)
            .Select(head => CloverPair.Reads(layer.Output, head * layer.Size, layer.Size)).ToArray();
        var (left, right, values, dropped) = CloverPair.Decompose(
            CloverPair.Writes(layer.Value, at, layer.Size, layer.Value.Bias is not null), Ops.Cat(readers, 0), redundant);
        CloverPair.Write(layer.Value, at, layer.Size, left);
        var outputs = (int)layer.Output.Outputs;
        for (var i = 0; i < each; i++)
        {
            CloverPair.Read(layer.Output, ((group * each) + i) * layer.Size, layer.Size, right[(i * outputs)..((i + 1) * outputs)]);
        }

        _heads.Add(new CloverHead(layer.Name, group, CloverPart.ValueOutput, values, dropped));
    }
}
