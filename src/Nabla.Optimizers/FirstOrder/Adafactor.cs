using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Adam whose mean of squares is kept as one number a row and one a column.</summary>
/// <remarks>
/// <para>Update of a matrix: with β2 = 1 - t^c and S = g² + ε1, r = β2 r + (1-β2) mean of S over columns,
/// k = β2 k + (1-β2) mean of S over rows, u = g / sqrt(r k / mean(r)), u = u / max(1, RMS(u) / d),
/// θ = θ - αu with α = ρ max(ε2, RMS(θ)) and ρ = min(learning rate, 1/sqrt(t)) (paper, algorithms 4 and 5, section 8).
/// With more than two dimensions the last two are the matrix; vectors and single numbers keep a full mean of squares.</para>
/// <para>Needs: gradients; for a matrix of n by m numbers n + m states, and n m more with β1.</para>
/// <para>Choose it: for large transformers whose optimizer must hardly cost memory; as a rule slower to a good loss than
/// adamw.</para>
/// </remarks>
[Method(
    "adafactor",
    Family.FirstOrder,
    Paper = "arXiv:1804.04235",
    Title = "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost")]
[Departs("Means over rows and columns in place of sums, and the mean of updates after they were clipped and scaled, as in fairseq and transformers.")]
[Departs("The greatest relative step is the learning rate; there and in the paper it is 1e-2, the default.")]
[Departs("Weight decay, times the step size, is not in the paper; it is 0 by default.")]
public sealed class Adafactor : ITensorRule<AdafactorOptions>
{
    private Adafactor()
    {
    }

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "beta2 = 1 - t^decayRate",
        "square = gradient^2 + epsilon1",
        "row = beta2 * row + (1 - beta2) * (mean of square over columns)",
        "column = beta2 * column + (1 - beta2) * (mean of square over rows)",
        "v = row * column / (mean of row); for vectors v = beta2 * v + (1 - beta2) * square",
        "update = gradient / sqrt(v)",
        "clipped = update / max(1, rms(update) / clipThreshold)",
        "rate = relativeStep ? min(learningRate, 1 / sqrt(t)) : learningRate; with warmupInit at most 1e-6 * t",
        "stepSize = scaleParameter ? rate * max(epsilon2, rms(parameter)) : rate",
        "m = beta1 * m + (1 - beta1) * stepSize * clipped",
        "parameter = parameter - stepSize * weightDecay * parameter - (beta1 > 0 ? m : stepSize * clipped)",
    ];

    /// <inheritdoc/>
    public static IReadOnlyList<StateTensor> States(AdafactorOptions options, ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<StateTensor> states = shape.Length < 2
            ? [new("v", [.. shape])]
            : [new("row", [.. shape[..^1], 1]), new("column", [.. shape[..^2], 1, shape[^1]])];
        if (options.Beta1 > 0)
        {
            states.Add(new("m", [.. shape]));
        }

        return states;
    }

    /// <inheritdoc/>
    public static Tensor Update(
        Tensor parameter, Tensor gradient, TensorStates states, AdafactorOptions options, in StepContext context)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(options);
        var rest2 = Math.Pow(context.Step, options.DecayRate);
        var square = gradient.Square() + options.Epsilon1;
        Tensor update;
        if (states.Has("v"))
        {
            update = gradient / Forget(states["v"], square, rest2).Sqrt();
        }
        else
        {
            var row = Forget(states["row"], square.Mean(-1, keepdim: true), rest2);
            var column = Forget(states["column"], square.Mean(-2, keepdim: true), rest2);
            // Two small roots instead of one of a whole matrix.
            update = gradient / (row / row.Mean(-2, keepdim: true)).Sqrt() / column.Sqrt();
        }

        var rate = options.RelativeStep ? Math.Min(options.LearningRate, 1 / Math.Sqrt(context.Step)) : options.LearningRate;
        rate = options.WarmupInit ? Math.Min(rate, 1e-6 * context.Step) : rate;
        var stepSize = options.ScaleParameter
            ? Rms(parameter).ClampMin(options.Epsilon2) * rate
            : Tensor.Full([], rate, parameter.DType, parameter.Device);
        var sign = options.Maximize ? -1.0 : 1.0;
        update = update * (stepSize * sign / (Rms(update) / options.ClipThreshold).ClampMin(1));
        if (states.Has("m"))
        {
            update = Forget(states["m"], update, 1 - options.Beta1);
        }

        // One subtraction: a factor near 1 would be rounded the same way at every step, and the error would add up.
        return options.WeightDecay > 0
            ? parameter - (update + (parameter * (stepSize * options.WeightDecay)))
            : parameter - update;
    }

    private static Tensor Forget(Tensor mean, Tensor value, double rest) => mean.Mul_(1 - rest).Add_(value, rest);

    private static Tensor Rms(Tensor values) => values.Norm() / Math.Sqrt(values.ElementCount);
}
