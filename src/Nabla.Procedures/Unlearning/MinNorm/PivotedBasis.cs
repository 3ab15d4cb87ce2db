using MathNet.Numerics.LinearAlgebra;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Rows made orthonormal one after the other, always the one with the largest rest next: a QR decomposition of the
/// transposed matrix with column pivoting. Each rest is cleaned twice, which keeps the basis orthogonal to rounding.
/// </summary>
internal static class PivotedBasis
{
    /// <summary>The rows taken, in order, and the basis, one row for each.</summary>
    /// <param name="rows">The vectors.</param>
    /// <param name="cut">A rest below this share of the largest row counts as nothing.</param>
    internal static (IReadOnlyList<int> Chosen, IReadOnlyList<double[]> Basis) Of(Matrix<double> rows, double cut)
    {
        var rests = rows.ToRowArrays();
        var chosen = new List<int>();
        var basis = new List<double[]>();
        var first = 0.0;
        while (basis.Count < Math.Min(rows.RowCount, rows.ColumnCount))
        {
            var (best, norm) = (-1, 0.0);
            for (var i = 0; i < rests.Length; i++)
            {
                var own = VectorMath.Norm(rests[i]);
                (best, norm) = own > norm ? (i, own) : (best, norm);
            }

            first = basis.Count == 0 ? norm : first;
            if (best < 0 || norm <= cut * first)
            {
                break;
            }

            // What earlier passes left of earlier directions is as large as their rounding; the row itself is cleaned again.
            var direction = rests[best];
            foreach (var earlier in basis)
            {
                VectorMath.Add(direction, -VectorMath.Dot(earlier, direction), earlier);
            }

            VectorMath.Scale(direction, 1 / VectorMath.Norm(direction));
            chosen.Add(best);
            basis.Add(direction);
            rests[best] = new double[rows.ColumnCount];
            foreach (var rest in rests)
            {
                VectorMath.Add(rest, -VectorMath.Dot(direction, rest), direction);
            }
        }

        return (chosen, basis);
    }
}
