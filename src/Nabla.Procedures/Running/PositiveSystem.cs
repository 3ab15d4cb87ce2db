namespace Nabla.Procedures;

/// <summary>Solves (matrix + shift · identity) x = right by Cholesky's factors, which also say whether the matrix is positive definite.</summary>
internal sealed class PositiveSystem(int size)
{
    private readonly double[] _factor = new double[size * size];

    /// <summary>Factors; false where the shifted matrix is not positive definite to rounding.</summary>
    /// <param name="matrix">Row by row; the lower half is read.</param>
    /// <param name="shift">Added to the diagonal.</param>
    public bool Factor(ReadOnlySpan<double> matrix, double shift)
    {
        for (var i = 0; i < size; i++)
        {
            var row = _factor.AsSpan(i * size, size);
            for (var j = 0; j < i; j++)
            {
                var above = _factor.AsSpan(j * size, size);
                row[j] = (matrix[(i * size) + j] - VectorMath.Dot(row[..j], above[..j])) / above[j];
            }

            var whole = matrix[(i * size) + i] + shift;
            var rest = whole - VectorMath.Dot(row[..i], row[..i]);

            // What is left of the diagonal below its rounding errors says nothing.
            if (!(rest > 1e-15 * size * Math.Abs(whole)) || !double.IsFinite(rest))
            {
                return false;
            }

            row[i] = Math.Sqrt(rest);
        }

        return true;
    }

    /// <summary>Solves with the factors that were made last.</summary>
    public void Solve(ReadOnlySpan<double> right, Span<double> solution)
    {
        for (var i = 0; i < size; i++)
        {
            var row = _factor.AsSpan(i * size, size);
            solution[i] = (right[i] - VectorMath.Dot(row[..i], solution[..i])) / row[i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < size; k++)
            {
                solution[i] -= _factor[(k * size) + i] * solution[k];
            }

            solution[i] /= _factor[(i * size) + i];
        }
    }
}
