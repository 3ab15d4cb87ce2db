using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;

namespace Nabla.Problems.Unlearning;

/// <summary>A multilayer perceptron with SiLU between its layers; weights and biases begin uniform within the square root of 1 ÷ inputs.</summary>
public sealed class SmoothPerceptron : Module
{
    private readonly List<Linear> _layers = [];

    /// <summary>Makes the layers.</summary>
    /// <param name="sizes">The width of the input, of each hidden layer and of the output; two or more, each at least 1.</param>
    /// <param name="seed">Fixes the weights.</param>
    /// <param name="dtype">Float32 or float64.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes, or one is below 1.</exception>
    public SmoothPerceptron(ReadOnlySpan<int> sizes, Seed seed, DType dtype = DType.Float32)
    {
        if (sizes.Length < 2 || sizes.ContainsAnyInRange(int.MinValue, 0))
        {
            throw new ArgumentException("A perceptron needs two sizes or more, each at least 1.", nameof(sizes));
        }

        var draw = new Initializer(seed, dtype);
        for (var layer = 0; layer + 1 < sizes.Length; layer++)
        {
            var name = "layers." + layer.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var bound = Math.Sqrt(1.0 / sizes[layer]);
            _layers.Add(Register(name, new Linear(
                draw.Uniform(name + ".weight", bound, sizes[layer + 1], sizes[layer]),
                draw.Uniform(name + ".bias", bound, sizes[layer + 1]),
                role: layer + 2 == sizes.Length ? ParameterRoles.Head : ParameterRoles.Matrix)));
        }
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = new TensorScope();
        var x = input;
        for (var layer = 0; layer < _layers.Count; layer++)
        {
            x = _layers[layer].Forward(layer == 0 ? x : x.Silu());
        }

        return x.MoveToOuter();
    }
}
