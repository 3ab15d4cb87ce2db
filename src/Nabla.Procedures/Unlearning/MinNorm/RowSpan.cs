using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Nabla.Procedures.Unlearning;

/// <summary>The span of the rows of a matrix, with the projection onto it, in double precision.</summary>
public sealed class RowSpan
{
    /// <summary>A row whose rest is below this share of the largest row counts as dependent, unless said otherwise: 1e-12.</summary>
    public const double UsualCut = 1e-12;

    private readonly IReadOnlyList<double[]> _basis;
    private readonly int _length;

    /// <summary>Finds the span.</summary>
    /// <param name="rows">[rows, dimension], each at least 1; finite.</param>
    /// <param name="cut">A row whose rest, after the rows before it, is below this share of the largest row counts as dependent; from 0 to below 1.</param>
    /// <exception cref="ArgumentException">There is no row or no column, or a number is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The cut is out of range.</exception>
    public RowSpan(double[,] rows, double cut = UsualCut)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(cut);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cut, 1);
        var matrix = Checked(rows, nameof(rows));
        _length = matrix.ColumnCount;
        _basis = PivotedBasis.Of(matrix, cut).Basis;
    }

    /// <summary>How many of the rows are independent.</summary>
    public int Dimension => _basis.Count;

    /// <summary>The part of a vector within the span.</summary>
    /// <param name="vector">As many numbers as a row has.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public double[] Project(ReadOnlySpan<double> vector)
    {
        if (vector.Length != _length)
        {
            throw new ArgumentException($"The vector has {vector.Length} numbers and a row {_length}; they must agree.", nameof(vector));
        }

        var result = new double[_length];
        foreach (var direction in _basis)
        {
            VectorMath.Add(result, VectorMath.Dot(direction, vector), direction);
        }

        return result;
    }

    /// <summary>Moves a vector towards its projection: v - strength (v - Pv).</summary>
    /// <param name="vector">As many numbers as a row has.</param>
    /// <param name="strength">1 gives the projection, 0 the vector itself. Range: 0 to 1.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The strength is out of range.</exception>
    public double[] Shrink(ReadOnlySpan<double> vector, double strength)
    {
        ProjectionStrength.Check(strength);
        var result = Project(vector);
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = vector[i] - (strength * (vector[i] - result[i]));
        }

        return result;
    }

    internal static Matrix<double> Checked(double[,] matrix, string name)
    {
        if (matrix.Length == 0)
        {
            throw new ArgumentException("The matrix is empty; it needs a row and a column at least.", name);
        }

        var result = DenseMatrix.OfArray(matrix);
        return VectorMath.AllFinite(result.Values)
            ? result
            : throw new ArgumentException("The matrix holds a number that is not finite; remove that row.", name);
    }
}
