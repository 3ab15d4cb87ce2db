using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// A network without activations, f(x) = cᵀ A[L-1] … A[1] x, whose function is one vector, the predictor
/// w = A[1]ᵀ … A[L-1]ᵀ c. Its two closed forms of forgetting are Theorems 3 and 4 of arXiv:2505.22601.
/// </summary>
public sealed class DeepLinearNetwork
{
    private readonly Matrix<double>[] _layers;
    private readonly Vector<double> _head;

    /// <summary>Copies the weights.</summary>
    /// <param name="layers">A[1] … A[L-1], each [outputs, inputs]; one at least.</param>
    /// <param name="head">c: as many numbers as the last layer has outputs.</param>
    /// <exception cref="ArgumentException">There is no layer, or the shapes do not follow each other.</exception>
    public DeepLinearNetwork(IReadOnlyList<double[,]> layers, ReadOnlySpan<double> head)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
        {
            throw new ArgumentException("A deep linear network has one matrix at least before its head.", nameof(layers));
        }

        _layers = [.. layers.Select(layer => RowSpan.Checked(layer, nameof(layers)))];
        _head = DenseVector.OfArray(head.ToArray());
        for (var l = 0; l < _layers.Length; l++)
        {
            var next = l + 1 < _layers.Length ? _layers[l + 1].ColumnCount : _head.Count;
            if (_layers[l].RowCount != next)
            {
                throw new ArgumentException($"Layer {l + 1} has {_layers[l].RowCount} outputs and what follows takes {next}; they must agree.", nameof(layers));
            }
        }
    }

    private DeepLinearNetwork(Matrix<double>[] layers, Vector<double> head) => (_layers, _head) = (layers, head);

    /// <summary>L: the layers, the head among them.</summary>
    public int Depth => _layers.Length + 1;

    /// <summary>A[1] … A[L-1], as copies.</summary>
    public IReadOnlyList<double[,]> Layers => [.. _layers.Select(layer => layer.ToArray())];

    /// <summary>c, as a copy.</summary>
    public double[] Head => _head.ToArray();

    /// <summary>w: the network's outputs are wᵀx.</summary>
    public double[] Predictor => (_layers[0].TransposeThisAndMultiply(Tail)).ToArray();

    /// <summary>u = A[2]ᵀ … A[L-1]ᵀ c: what the head sees of the first layer's outputs.</summary>
    public double[] FirstLayerReading => Tail.ToArray();

    /// <summary>The sum of the squares of all weights.</summary>
    public double SquaredNorm => _layers.Sum(layer => layer.Enumerate().Sum(x => x * x)) + (_head * _head);

    private Vector<double> Tail => _layers.Skip(1).Reverse().Aggregate(_head, (tail, layer) => layer.TransposeThisAndMultiply(tail));

    /// <summary>
    /// Changes the first layer alone, ΔA[1] = -u (P⊥w)ᵀ / ‖u‖², so that the predictor becomes the interpolator of the
    /// retain set with the least norm. The change is orthogonal to the output gradients on all retain points.
    /// </summary>
    /// <param name="retained">The retain inputs, [examples, inputs].</param>
    /// <exception cref="ArgumentException">The inputs have another length.</exception>
    /// <exception cref="InvalidOperationException">The head reads nothing of the first layer, so no change of it changes the output.</exception>
    public DeepLinearNetwork ForgetInFirstLayer(double[,] retained)
    {
        var tail = Tail;
        var squared = tail * tail;
        if (squared == 0)
        {
            throw new InvalidOperationException("The layers after the first pass nothing on; the network is constant and has nothing to forget.");
        }

        double[] predictor = Predictor, kept = new RowSpan(retained).Project(predictor);
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] -= predictor[i];
        }

        var first = _layers[0] + (tail.OuterProduct(DenseVector.OfArray(kept)) / squared);
        return new DeepLinearNetwork([first, .. _layers.Skip(1)], _head);
    }

    /// <summary>
    /// The network of least ‖θ‖ for a predictor: each layer of rank one, with the weight spread evenly. Its squared norm
    /// is L ‖w‖^(2/L).
    /// </summary>
    /// <param name="predictor">w; not zero.</param>
    /// <param name="directions">v[1] … v[L-1]: one direction for the outputs of each layer, not zero; their lengths do not matter.</param>
    /// <exception cref="ArgumentException">The predictor or a direction is zero or not finite, or there is no direction.</exception>
    public static DeepLinearNetwork OfLeastNorm(ReadOnlySpan<double> predictor, IReadOnlyList<double[]> directions)
    {
        ArgumentNullException.ThrowIfNull(directions);
        var w = Unit(predictor, nameof(predictor), out var rho);
        if (directions.Count == 0)
        {
            throw new ArgumentException("A deep linear network has one direction at least, for the outputs of its first layer.", nameof(directions));
        }

        // rho^((1-L)/L) v[1] w rho of a unit predictor is rho^(1/L) v[1] wᵀ.
        var scale = Math.Pow(rho, 1.0 / (directions.Count + 1));
        var units = directions.Select(v => Unit(v, nameof(directions), out _)).ToArray();
        return new DeepLinearNetwork(
            [.. units.Select((v, l) => v.OuterProduct(l == 0 ? w : units[l - 1]) * scale)],
            units[^1] * scale);
    }

    private static Vector<double> Unit(ReadOnlySpan<double> vector, string name, out double norm)
    {
        norm = VectorMath.Norm(vector);
        return double.IsFinite(norm) && norm > 0
            ? DenseVector.OfArray(vector.ToArray()) / norm
            : throw new ArgumentException("A vector is zero or not finite; it must have a direction.", name);
    }
}
