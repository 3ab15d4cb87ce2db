using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// The classifier of T3: c_y(x) = b_y · φ(A u + a), the logit that token y after prefix x belongs to data to keep, from the
/// mean u of the base's hidden states so far.
/// </summary>
public sealed class T3Head : Module
{
    private readonly T3Activation _activation;

    /// <summary>Makes a head with first weights, uniform within 1 / √(numbers read) as in common frameworks.</summary>
    /// <param name="width">Numbers in a hidden state.</param>
    /// <param name="vocabulary">Tokens.</param>
    /// <param name="options">Rank, activation and bias.</param>
    /// <param name="seed">Fixes the weights.</param>
    /// <param name="dtype">Float32 or float64.</param>
    /// <param name="device">Where it lives; null for the CPU.</param>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public T3Head(int width, int vocabulary, T3Options options, Seed seed, DType dtype = DType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 1);
        options.ThrowIfInvalid();
        _activation = options.Activation;
        Tensor Uniform(string name, int reads, params long[] shape)
        {
            RandomStream random = new(seed.Derive(name));
            var values = new double[shape.Aggregate(1L, (product, size) => product * size)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = ((2 * random.NextDouble()) - 1) / Math.Sqrt(reads);
            }

            using var made = Tensor.From<double>(values, shape);
            return made.To(device ?? Device.Cpu, dtype, copy: true).Release();
        }

        A = Register("A.weight", Uniform("A", width, options.Rank, width), ParameterRoles.Matrix);
        Bias = options.Bias ? Register("A.bias", Uniform("bias", width, options.Rank), ParameterRoles.Vector) : null;
        B = Register("B.weight", Uniform("B", options.Rank, vocabulary, options.Rank), ParameterRoles.Matrix);
    }

    /// <summary>A, [rank, width].</summary>
    public Parameter A { get; }

    /// <summary>The bias of the first map, [rank], or null.</summary>
    public Parameter? Bias { get; }

    /// <summary>B, [vocabulary, rank].</summary>
    public Parameter B { get; }

    /// <summary>Computes the logits of all tokens.</summary>
    /// <param name="input">Mean hidden states, [rows, width].</param>
    /// <returns>[rows, vocabulary], owned by the caller.</returns>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = new TensorScope();
        return Activate(First(input)).Mm(B.Value.T()).MoveToOuter();
    }

    /// <summary>Computes the logit of one token a row: what training needs, without the others.</summary>
    /// <param name="pooled">Mean hidden states, [rows, width].</param>
    /// <param name="tokens">int64, [rows].</param>
    /// <returns>[rows], owned by the caller.</returns>
    public Tensor Logits(Tensor pooled, Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(pooled);
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = new TensorScope();
        return (Activate(First(pooled)) * B.Value.IndexSelect(0, tokens)).Sum(1).MoveToOuter();
    }

    /// <summary>
    /// Computes the binary cross-entropy over some tokens, one mean over both kinds, and sets the gradients of the head, by
    /// hand: with e = (σ(c) - s) / N for a token, dB[y] += e φ(z) and dA += (e b_y φ'(z)) uᵀ.
    /// </summary>
    /// <param name="pooled">Mean hidden states, [rows, width].</param>
    /// <param name="tokens">int64, [rows]: the tokens that came next.</param>
    /// <param name="kept">[rows]: 1 for data to keep, 0 for data to forget.</param>
    /// <returns>The loss, a scalar without graph, owned by the caller.</returns>
    public Tensor Learn(Tensor pooled, Tensor tokens, Tensor kept)
    {
        ArgumentNullException.ThrowIfNull(pooled);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(kept);
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        var first = First(pooled);
        var inner = Activate(first);
        var rows = B.Value.IndexSelect(0, tokens);
        var logits = (inner * rows).Sum(1);
        // ln(1 + exp(c)) - s c without overflow.
        var loss = (logits.ClampMin(0.0) - (kept * logits) + (((-logits.Abs()).Exp()) + 1.0).Log()).Mean();
        var error = ((logits.Sigmoid() - kept) * (1.0 / pooled.Shape[0])).Unsqueeze(1);
        var back = error * rows * Slope(first, inner);
        A.Value.Gradient = back.T().Mm(pooled);
        B.Value.Gradient = Tensor.ZerosLike(B.Value).IndexAdd(0, tokens, error * inner);
        if (Bias is not null)
        {
            Bias.Value.Gradient = back.Sum(0);
        }

        return loss.MoveToOuter();
    }

    private Tensor First(Tensor pooled) => Bias is null ? pooled.Mm(A.Value.T()) : Bias.Value.Addmm(pooled, A.Value.T());

    private Tensor Activate(Tensor first) => _activation switch
    {
        T3Activation.Relu => first.Relu(),
        T3Activation.Gelu => first.Gelu(),
        T3Activation.Tanh => first.Tanh(),
        _ => first,
    };

    private Tensor Slope(Tensor first, Tensor inner) => _activation switch
    {
        T3Activation.Relu => first.Gt(0.0).To(first.DType),
        T3Activation.Gelu => ((first * Math.Sqrt(0.5)).Erf() * 0.5) + 0.5
            + (first * (first.Square() * -0.5).Exp() * (1 / Math.Sqrt(2 * Math.PI))),
        T3Activation.Tanh => 1.0 - inner.Square(),
        _ => Tensor.OnesLike(first),
    };
}
