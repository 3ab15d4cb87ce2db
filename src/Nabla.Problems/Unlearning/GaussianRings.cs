using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Unlearning;

/// <summary>
/// Classes of points in the plane, each an even mixture of normal clouds on a small ring; the rings' centres stand on a large one. Its
/// denoiser is exact: the posterior mean in closed form.
/// </summary>
public sealed class GaussianRings : Module, IClassDenoiser
{
    private readonly NamedBuffer _means;
    private readonly int _clouds;

    /// <summary>Places the clouds.</summary>
    /// <param name="classes">Classes; at least 1.</param>
    /// <param name="clouds">Clouds of a class; at least 1.</param>
    /// <param name="distance">From the origin to the middle of a class.</param>
    /// <param name="radius">From there to the middle of a cloud.</param>
    /// <param name="deviation">Standard deviation of a cloud in each direction; above 0.</param>
    /// <param name="dtype">Float32 or float64.</param>
    public GaussianRings(
        int classes = 4, int clouds = 6, double distance = 2, double radius = 0.6, double deviation = 0.2, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(clouds, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviation);
        (Classes, _clouds, Deviation) = (classes, clouds, deviation);
        var means = new double[classes * clouds * 2];
        for (var i = 0; i < classes * clouds; i++)
        {
            double middle = Math.Tau * (i / clouds) / classes, around = Math.Tau * (i % clouds) / clouds;
            means[2 * i] = (distance * Math.Cos(middle)) + (radius * Math.Cos(around));
            means[(2 * i) + 1] = (distance * Math.Sin(middle)) + (radius * Math.Sin(around));
        }

        using var made = Tensor.From<double>(means, classes, clouds, 2);
        _means = RegisterBuffer("means", made.To(dtype, copy: true).Release());
    }

    /// <inheritdoc/>
    public Module Model => this;

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> SampleShape { get; } = [2];

    /// <summary>Standard deviation of a cloud in each direction.</summary>
    public double Deviation { get; }

    /// <summary>The middle of a cloud.</summary>
    /// <param name="label">The class.</param>
    /// <param name="cloud">The cloud of the class.</param>
    public (double X, double Y) Middle(int label, int cloud)
    {
        using var values = _means.Value.To(DType.Float64, copy: true);
        var means = values.ToDoubles();
        var at = 2 * ((label * _clouds) + cloud);
        return (means[at], means[at + 1]);
    }

    /// <summary>The logarithm of each class's density, up to a constant that all share.</summary>
    /// <param name="input">Points of shape [count, 2].</param>
    /// <returns>[count, classes].</returns>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = new TensorScope();
        var squares = (input.Reshape(-1, 1, 1, 2) - _means.Value).Square().Sum(3);
        return (squares / (-2 * Deviation * Deviation)).Logsumexp(2).MoveToOuter();
    }

    /// <inheritdoc/>
    public Tensor Denoise(Tensor noisy, Tensor classes, Tensor levels)
    {
        ArgumentNullException.ThrowIfNull(noisy);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(levels);
        using var scope = new TensorScope();
        // The noisy cloud has variance s² + σ²; a point of it comes from mean + s² / (s² + σ²) (point - mean) on average.
        var own = Deviation * Deviation;
        var total = levels.Square().Reshape(-1, 1) + own;
        var means = _means.Value.IndexSelect(0, classes);
        var shares = ((noisy.Unsqueeze(1) - means).Square().Sum(2) / (total * -2)).Softmax(1);
        var mean = (shares.Unsqueeze(2) * means).Sum(1);
        return (mean + ((noisy - mean) * (own / total))).MoveToOuter();
    }
}
