using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Unlearning;

/// <summary>
/// A denoiser of points with classes: a perceptron between the skip and scales of Karras et al. (arXiv:2206.00364, Table 1),
/// which see data of a known spread.
/// </summary>
public sealed class DenoisingPerceptron : Module, IClassDenoiser
{
    private readonly SmoothPerceptron _network;
    private readonly NamedBuffer _codes;
    private readonly int _width;
    private readonly double _spread;

    /// <summary>Makes the layers.</summary>
    /// <param name="width">Numbers in a point; at least 1.</param>
    /// <param name="classes">Classes; at least 1.</param>
    /// <param name="hidden">The width of the two hidden layers; at least 1.</param>
    /// <param name="spread">The standard deviation of the data, above 0.</param>
    /// <param name="seed">Fixes the weights.</param>
    /// <param name="dtype">Float32 or float64.</param>
    public DenoisingPerceptron(int width, int classes, int hidden, double spread, Seed seed, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(spread);
        (_width, _spread, Classes) = (width, spread, classes);
        _network = Register("network", new SmoothPerceptron([width + 1 + classes, hidden, hidden, width], seed, dtype));
        _codes = RegisterBuffer("codes", Ops.Eye(classes, dtype).Release());
    }

    /// <inheritdoc/>
    public Module Model => this;

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> SampleShape => [_width];

    /// <summary>Runs the perceptron alone.</summary>
    /// <param name="input">Scaled points, a quarter of the logarithm of σ, and the class as one of n; [count, width + 1 + classes].</param>
    public override Tensor Forward(Tensor input) => _network.Forward(input);

    /// <inheritdoc/>
    public Tensor Denoise(Tensor noisy, Tensor classes, Tensor levels)
    {
        ArgumentNullException.ThrowIfNull(noisy);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(levels);
        using var scope = new TensorScope();
        var level = levels.Reshape(-1, 1);
        var total = level.Square() + (_spread * _spread);
        var features = Ops.Cat([noisy / total.Sqrt(), level.Log() / 4, _codes.Value.IndexSelect(0, classes)], 1);
        var skip = noisy * ((_spread * _spread) / total);
        return (skip + (Forward(features) * (level * _spread / total.Sqrt()))).MoveToOuter();
    }
}
