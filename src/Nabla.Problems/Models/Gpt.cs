using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Models;

/// <summary>
/// A transformer that predicts the next token: pre-norm blocks, learned positions, the output layer tied to the
/// embedding. Parameters have the names and shapes of GPT-2's checkpoints, so files go both ways.
/// </summary>
public sealed class Gpt : CausalModel, IAttentionModel
{
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly Block[] _blocks;
    private readonly Parameter _normWeight;
    private readonly Parameter _normBias;
    private readonly Device _device;

    // Constants that depend only on the length of the sequence: the positions and the mask of the future.
    private Tensor? _positionIndices;
    private Tensor? _mask;

    /// <summary>Makes a model with first weights as in GPT-2: normal of deviation 0.02, projections back into the
    /// residual stream divided by the square root of twice the layers, gains 1 and biases 0.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="seed">Fixes the weights on every platform; null makes places without memory, each to be filled by
    /// <see cref="Parameter.Replace"/>.</param>
    /// <param name="dtype">Float32, float64 or bfloat16.</param>
    /// <param name="device">Where the model lives; null for the CPU.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public Gpt(GptOptions options, Seed? seed, DType dtype = DType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        _device = device ?? Device.Cpu;
        var draw = new Initializer(seed, dtype, device);
        long width = options.Width;
        _tokens = Register("transformer.wte", new Embedding(draw.Normal("transformer.wte.weight", 0.02, options.Vocabulary, width)));
        _positions = Register("transformer.wpe", new Embedding(draw.Normal("transformer.wpe.weight", 0.02, options.Context, width)));
        var residual = 0.02 / Math.Sqrt(2.0 * options.Layers);
        _blocks = new Block[options.Layers];
        for (var layer = 0; layer < options.Layers; layer++)
        {
            var prefix = $"transformer.h.{layer}.";
            Linear Layer(string name, double deviation, long inputs, long outputs) => Register(
                prefix + name,
                new Linear(draw.Normal(prefix + name + ".weight", deviation, inputs, outputs), draw.Constant(0, outputs), inputsFirst: true));
            Parameter Vector(string name, double value) => Register(prefix + name, draw.Constant(value, width), ParameterRoles.Vector);

            _blocks[layer] = new Block(
                Vector("ln_1.weight", 1),
                Vector("ln_1.bias", 0),
                Layer("attn.c_attn", 0.02, width, 3 * width),
                Layer("attn.c_proj", residual, width, width),
                Vector("ln_2.weight", 1),
                Vector("ln_2.bias", 0),
                Layer("mlp.c_fc", 0.02, width, options.Inner),
                Layer("mlp.c_proj", residual, options.Inner, width));
        }

        _normWeight = Register("transformer.ln_f.weight", draw.Constant(1, width), ParameterRoles.Vector);
        _normBias = Register("transformer.ln_f.bias", draw.Constant(0, width), ParameterRoles.Vector);
    }

    /// <summary>The sizes.</summary>
    public GptOptions Options { get; }

    /// <inheritdoc/>
    public override int Vocabulary => Options.Vocabulary;

    /// <inheritdoc/>
    public override int Context => Options.Context;

    /// <inheritdoc/>
    public override int Width => Options.Width;

    /// <inheritdoc/>
    public override int Layers => Options.Layers;

    /// <inheritdoc/>
    public IReadOnlyList<AttentionLayer> Attentions =>
    [
        .. _blocks.Select((block, i) => new AttentionLayer(
            $"transformer.h.{i}.attn", block.Attention, 0, block.Attention, Options.Width, block.Attention, 2 * Options.Width, block.Projection,
            Options.Heads, Options.Heads, Options.Width / Options.Heads, TurnsByPosition: false)),
    ];

    /// <inheritdoc/>
    public override Tensor Hidden(Tensor tokens, KeyValueCache? cache = null)
    {
        using var scope = new TensorScope();
        var x = RunBlocks(tokens, cache, _blocks.Length);
        cache?.Advance((int)tokens.Shape[1]);
        return Norm(x, _normWeight, _normBias).View(tokens.Shape[0], tokens.Shape[1], Options.Width).MoveToOuter();
    }

    /// <inheritdoc/>
    public override Tensor States(Tensor tokens, int layer)
    {
        RequireLayer(layer);
        using var scope = new TensorScope();
        return RunBlocks(tokens, null, layer + 1).View(tokens.Shape[0], tokens.Shape[1], Options.Width).MoveToOuter();
    }

    /// <inheritdoc/>
    public override Tensor Scores(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        using var scope = new TensorScope();
        long[] shape = [.. hidden.Shape[..^1], Options.Vocabulary];
        return RowProduct.Of(hidden.Reshape(-1, Options.Width), _tokens.Weight.Value.T()).View(shape).MoveToOuter();
    }

    /// <inheritdoc/>
    public override KeyValueCache NewCache(int batch, int capacity, IReadOnlyList<int>? padding = null) =>
        new(Options.Layers, batch, Options.Heads, Options.Width / Options.Heads, capacity, padding, _tokens.Weight.Value.DType, _device);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _positionIndices?.Dispose();
            _mask?.Dispose();
        }

        base.Dispose(disposing);
    }

    // Rows of the residual stream behind the first blocks. Handles made here go with the caller's scope; what the backward
    // pass needs the graph itself keeps alive.
    private Tensor RunBlocks(Tensor tokens, KeyValueCache? cache, int count)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        TokenShape.Check(tokens, Options.Context, cache, "GPT");
        long batch = tokens.Shape[0], length = tokens.Shape[1], width = Options.Width;
        PrepareConstants(cache is null ? length : 0);
        var positions = cache?.Positions((int)length) ?? _positionIndices!;
        var mask = cache is null ? _mask : cache.Mask((int)length);
        var x = _tokens.Forward(tokens) + _positions.Forward(positions);
        // Everything runs on rows, one a token, so that each product is a single addmm.
        x = Drop(x.View(batch * length, width));
        for (var layer = 0; layer < count; layer++)
        {
            // What a block makes on the way goes with it; the backward pass keeps what it needs itself.
            using var inner = new TensorScope();
            var block = _blocks[layer];
            var attended = x + Drop(Attend(layer, Norm(x, block.Norm1Weight, block.Norm1Bias), batch, length, mask, cache));
            var hidden = block.Expand.Forward(Norm(attended, block.Norm2Weight, block.Norm2Bias)).Gelu("tanh");
            var next = attended + Drop(block.Contract.Forward(hidden));
            x.Dispose();
            x = next.MoveToOuter();
        }

        return x;
    }

    private Tensor Norm(Tensor rows, Parameter weight, Parameter bias) =>
        Ops.LayerNorm(rows, [Options.Width], weight.Value, bias.Value, Options.NormEpsilon);

    private Tensor Drop(Tensor value) =>
        Training && Options.Dropout > 0 ? Ops.Dropout(value, Options.Dropout, true) : value;

    private Tensor Attend(int layer, Tensor rows, long batch, long length, Tensor? mask, KeyValueCache? cache)
    {
        long heads = Options.Heads, width = Options.Width, size = width / heads;
        var block = _blocks[layer];
        // [batch·length, 3·width] to three of [batch·heads, length, size].
        var parts = block.Attention.Forward(rows)
            .View(batch, length, 3, heads, size).Permute(2, 0, 3, 1, 4).Reshape(3, batch * heads, length, size).Unbind(0);
        Tensor mixed;
        if (cache is null)
        {
            // The mask is added by the product itself: -inf above the diagonal, 0 elsewhere.
            var weights = mask!.Baddbmm(parts[0], parts[1].Transpose(1, 2), beta: 1.0, alpha: 1.0 / Math.Sqrt(size)).Softmax(-1);
            mixed = Drop(weights).Bmm(parts[2]);
        }
        else
        {
            var (keys, values) = cache.Append(layer, parts[1], parts[2]);
            mixed = CachedAttention.Mix(parts[0], keys, values, mask, batch);
        }

        mixed = mixed.View(batch, heads, length, size).Transpose(1, 2).Reshape(batch * length, width);
        return block.Projection.Forward(mixed);
    }

    private void PrepareConstants(long length)
    {
        if (length == 0 || (_mask is not null && _mask.Shape[^1] == length))
        {
            return;
        }

        _positionIndices?.Dispose();
        _mask?.Dispose();
        var values = new float[length * length];
        for (var row = 0L; row < length; row++)
        {
            values.AsSpan((int)((row * length) + row + 1), (int)(length - row - 1)).Fill(float.NegativeInfinity);
        }

        var indices = new long[length];
        for (var i = 0; i < length; i++)
        {
            indices[i] = i;
        }

        using var mask = Tensor.From<float>(values, 1, length, length);
        _mask = Tensor.Empty([1, length, length], _tokens.Weight.Value.DType, _device).Release();
        _mask.CopyFrom(mask);
        using var positions = Tensor.From<long>(indices, 1, length);
        _positionIndices = Tensor.Empty([1, length], DType.Int64, _device).Release();
        _positionIndices.CopyFrom(positions);
    }

    private sealed record Block(
        Parameter Norm1Weight,
        Parameter Norm1Bias,
        Linear Attention,
        Linear Projection,
        Parameter Norm2Weight,
        Parameter Norm2Bias,
        Linear Expand,
        Linear Contract);
}
