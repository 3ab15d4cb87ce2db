using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Models;

/// <summary>
/// A transformer of the Llama family that predicts the next token: root-mean-square normalization, rotary positions,
/// query heads that may share keys and values, a gated perceptron. Parameters have the names and shapes of the published
/// checkpoints, so files go both ways.
/// </summary>
public sealed class Llama : CausalModel, IAttentionModel
{
    private readonly Embedding _tokens;
    private readonly Block[] _blocks;
    private readonly Parameter _norm;
    private readonly Linear? _head;
    private readonly RotaryTable _rotary;
    private readonly Device _device;
    private Tensor? _mask;

    /// <summary>Makes a model with normal first weights, gains 1 and biases 0.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="seed">Fixes the weights on every platform; null makes places without memory, each to be filled by
    /// <see cref="Parameter.Replace"/>.</param>
    /// <param name="dtype">Float32, float64 or bfloat16.</param>
    /// <param name="device">Where the model lives; null for the CPU.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public Llama(LlamaOptions options, Seed? seed, DType dtype = DType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        _device = device ?? Device.Cpu;
        var draw = new Initializer(seed, dtype, device);
        Tensor Normal(string name, long rows, long columns) => draw.Normal(name, options.Deviation, rows, columns);
        Linear Layer(string name, long outputs, long inputs, bool bias) => Register(
            name, new Linear(Normal(name + ".weight", outputs, inputs), bias ? draw.Constant(0, outputs) : null));

        long width = options.Width, size = options.Size;
        _tokens = Register("model.embed_tokens", new Embedding(Normal("model.embed_tokens.weight", options.Vocabulary, width)));
        _blocks = new Block[options.Layers];
        for (var layer = 0; layer < options.Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            _blocks[layer] = new Block(
                Layer(prefix + "self_attn.q_proj", options.Heads * size, width, options.AttentionBias),
                Layer(prefix + "self_attn.k_proj", options.Groups * size, width, options.AttentionBias),
                Layer(prefix + "self_attn.v_proj", options.Groups * size, width, options.AttentionBias),
                Layer(prefix + "self_attn.o_proj", width, options.Heads * size, options.AttentionBias),
                Layer(prefix + "mlp.gate_proj", options.InnerWidth, width, options.PerceptronBias),
                Layer(prefix + "mlp.up_proj", options.InnerWidth, width, options.PerceptronBias),
                Layer(prefix + "mlp.down_proj", width, options.InnerWidth, options.PerceptronBias),
                Register(prefix + "input_layernorm.weight", draw.Constant(1, width), ParameterRoles.Vector),
                Register(prefix + "post_attention_layernorm.weight", draw.Constant(1, width), ParameterRoles.Vector));
        }

        _norm = Register("model.norm.weight", draw.Constant(1, width), ParameterRoles.Vector);
        if (!options.TiedHead)
        {
            _head = Register("lm_head", new Linear(Normal("lm_head.weight", options.Vocabulary, width), role: ParameterRoles.Head));
        }

        _rotary = new RotaryTable(options.Rotary, options.Size, options.Context, dtype, _device);
    }

    /// <summary>The sizes.</summary>
    public LlamaOptions Options { get; }

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
            $"model.layers.{i}.self_attn", block.Query, 0, block.Key, 0, block.Value, 0, block.Output,
            Options.Heads, Options.Groups, Options.Size, TurnsByPosition: true)),
    ];

    /// <inheritdoc/>
    public override Tensor Hidden(Tensor tokens, KeyValueCache? cache = null)
    {
        using var scope = new TensorScope();
        var x = RunBlocks(tokens, cache, _blocks.Length);
        cache?.Advance((int)tokens.Shape[1]);
        return Norm(x, _norm).View(tokens.Shape[0], tokens.Shape[1], Options.Width).MoveToOuter();
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
        var rows = hidden.Reshape(-1, Options.Width);
        return (_head is null ? RowProduct.Of(rows, _tokens.Weight.Value.T()) : _head.Forward(rows)).View(shape).MoveToOuter();
    }

    /// <inheritdoc/>
    public override KeyValueCache NewCache(int batch, int capacity, IReadOnlyList<int>? padding = null) =>
        new(Options.Layers, batch, Options.Groups, Options.Size, capacity, padding, _tokens.Weight.Value.DType, _device);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rotary.Dispose();
            _mask?.Dispose();
        }

        base.Dispose(disposing);
    }

    // Rows of the residual stream behind the first blocks; handles go with the caller's scope.
    private Tensor RunBlocks(Tensor tokens, KeyValueCache? cache, int count)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        TokenShape.Check(tokens, Options.Context, cache, "Llama");
        long batch = tokens.Shape[0], length = tokens.Shape[1];
        Tensor? mask;
        (Tensor Cosines, Tensor Sines) turn;
        if (cache is null)
        {
            mask = FutureMask(length);
            turn = _rotary.First(length);
        }
        else
        {
            mask = cache.Mask((int)length);
            turn = _rotary.At(cache.Positions((int)length), cache.Length + length - 1);
        }

        var x = _tokens.Forward(tokens).View(batch * length, Options.Width);
        for (var layer = 0; layer < count; layer++)
        {
            // What a block makes on the way goes with it; the backward pass keeps what it needs itself.
            using var inner = new TensorScope();
            var block = _blocks[layer];
            // No derivative reads what a layer computed, so the stream is added to it in place.
            var attended = Attend(layer, Norm(x, block.Norm1), batch, length, turn, mask, cache).Add_(x);
            var next = Perceive(block, Norm(attended, block.Norm2)).Add_(attended);
            x.Dispose();
            x = next.MoveToOuter();
        }

        return x;
    }

    private static Tensor Perceive(Block block, Tensor rows)
    {
        using var scope = new TensorScope();
        return block.Down.Forward(block.Gate.Forward(rows).Silu() * block.Up.Forward(rows)).MoveToOuter();
    }

    private Tensor Norm(Tensor rows, Parameter gain)
    {
        using var scope = new TensorScope();
        // Squares overflow or lose digits in 16 bits; the published models normalize in float32.
        var wide = rows.DType is DType.BFloat16 or DType.Float16 ? rows.To(DType.Float32) : rows;
        // The norm needs no squares in memory; gains that rest are multiplied in place.
        var length = wide.LinalgVectorNorm(2.0, -1, keepdim: true);
        var unit = wide * ((length.Square() * (1.0 / Options.Width)) + Options.NormEpsilon).Rsqrt();
        return (ReferenceEquals(wide, rows) ? unit : unit.To(rows.DType)).Mul_(gain.Value).MoveToOuter();
    }

    private Tensor Attend(
        int layer, Tensor rows, long batch, long length, (Tensor Cosines, Tensor Sines) turn, Tensor? mask, KeyValueCache? cache)
    {
        using var scope = new TensorScope();
        long heads = Options.Heads, groups = Options.Groups, size = Options.Size;
        var block = _blocks[layer];
        Tensor Split(Linear part, long count, bool turns)
        {
            using var own = new TensorScope();
            var parts = part.Forward(rows).View(batch, length, count, size).Transpose(1, 2).Contiguous();
            return (turns ? RotaryTable.Turn(parts, turn.Cosines, turn.Sines) : parts).View(batch * count, length, size).MoveToOuter();
        }

        var queries = Split(block.Query, heads, turns: true);
        var keys = Split(block.Key, groups, turns: true);
        var values = Split(block.Value, groups, turns: false);
        Tensor mixed;
        if (cache is null)
        {
            // Query heads that share a key are rows of one product; the product itself adds the mask.
            using var scores = mask!.Baddbmm(
                queries.View(batch * groups, heads / groups * length, size), keys.Transpose(1, 2), beta: 1.0,
                alpha: 1 / Math.Sqrt(size));
            using var shares = scores.Softmax(-1);
            scores.Dispose();
            mixed = shares.Bmm(values);
        }
        else
        {
            var (allKeys, allValues) = cache.Append(layer, keys, values);
            mixed = CachedAttention.Mix(queries, allKeys, allValues, mask, batch);
        }

        mixed = mixed.View(batch, heads, length, size).Transpose(1, 2).Reshape(batch * length, heads * size);
        return block.Output.Forward(mixed).MoveToOuter();
    }

    private Tensor FutureMask(long length)
    {
        var rows = Options.Heads / Options.Groups * length;
        if (_mask is not null && _mask.Shape[^1] == length)
        {
            return _mask;
        }

        _mask?.Dispose();
        var values = new float[rows * length];
        for (var row = 0L; row < rows; row++)
        {
            var visible = (row % length) + 1;
            values.AsSpan((int)((row * length) + visible), (int)(length - visible)).Fill(float.NegativeInfinity);
        }

        using var made = Tensor.From<float>(values, 1, rows, length);
        return _mask = made.To(_device, _tokens.Weight.Value.DType, copy: true).Release();
    }

    private sealed record Block(
        Linear Query, Linear Key, Linear Value, Linear Output, Linear Gate, Linear Up, Linear Down, Parameter Norm1, Parameter Norm2);
}
