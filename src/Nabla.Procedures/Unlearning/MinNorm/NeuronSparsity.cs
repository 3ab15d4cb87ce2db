using MathNet.Numerics.LinearAlgebra;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Forgetting in a two-layer network f(x) = cᵀφ(Ax) by the number of active neurons: the head is changed along vectors
/// that no retain point sees, so that at most as many neurons stay active as the retain features have dimensions
/// (arXiv:2505.22601, Theorem 5 and Lemma 6). Counting exactly is combinatorial; the bound is what is promised.
/// </summary>
public static class NeuronSparsity
{
    /// <summary>The construction of Lemma 6: a basis of what the retain features do not see, in reduced echelon form.</summary>
    /// <param name="features">φ(Ax) of the retain points, [points, neurons].</param>
    /// <param name="head">c: as many numbers as neurons.</param>
    /// <param name="cut">Pivots below this share of the largest feature count as zero.</param>
    /// <returns>The new head; it gives the same outputs on the retain points.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or a number is not finite.</exception>
    public static double[] ByElimination(double[,] features, ReadOnlySpan<double> head, double cut = 1e-10)
    {
        var reduced = Reduced(features, head, cut, out var pivots);
        var neurons = head.Length;
        var isPivot = new bool[neurons];
        foreach (var column in pivots)
        {
            isPivot[column] = true;
        }

        // Each column j that is no pivot gives the vector e_j - sum_i R[i, j] e_pivot(i), which no retain point sees. Adding
        // -c[j] times it zeroes entry j of the head.
        var result = head.ToArray();
        for (var j = 0; j < neurons; j++)
        {
            if (isPivot[j])
            {
                continue;
            }

            for (var i = 0; i < pivots.Count; i++)
            {
                result[pivots[i]] += head[j] * reduced[i, j];
            }

            result[j] = 0;
        }

        return result;
    }

    /// <summary>
    /// Keeps the neurons that a QR decomposition with column pivoting takes first and solves for their weights: the same
    /// bound as <see cref="ByElimination"/> with a smaller head.
    /// </summary>
    /// <param name="features">φ(Ax) of the retain points, [points, neurons].</param>
    /// <param name="head">c: as many numbers as neurons.</param>
    /// <param name="cut">Columns whose rest is below this share of the largest count as dependent.</param>
    /// <returns>The new head; it gives the same outputs on the retain points.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or a number is not finite.</exception>
    public static double[] ByPivoting(double[,] features, ReadOnlySpan<double> head, double cut = 1e-10)
    {
        var matrix = Checked(features, head);
        var chosen = PivotedBasis.Of(matrix.Transpose(), cut).Chosen;
        var result = new double[head.Length];
        if (chosen.Count == 0)
        {
            return result;
        }

        var columns = Matrix<double>.Build.DenseOfColumnVectors(chosen.Select(j => matrix.Column(j)));
        var weights = columns.QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin)
            .Solve(matrix * Vector<double>.Build.DenseOfArray(head.ToArray()));
        for (var i = 0; i < chosen.Count; i++)
        {
            result[chosen[i]] = weights[i];
        }

        return result;
    }

    /// <summary>Zeroes the incoming weights of neurons whose head weight is zero; outputs do not change (Proposition 1).</summary>
    /// <param name="incoming">A: [neurons, inputs].</param>
    /// <param name="head">c.</param>
    /// <returns>The new incoming weights: no trace is left of the features that the head no longer reads.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static double[,] WithoutIdle(double[,] incoming, ReadOnlySpan<double> head)
    {
        ArgumentNullException.ThrowIfNull(incoming);
        if (incoming.GetLength(0) != head.Length)
        {
            throw new ArgumentException($"The head has {head.Length} weights and the layer {incoming.GetLength(0)} neurons; they must agree.", nameof(head));
        }

        var result = (double[,])incoming.Clone();
        for (var i = 0; i < head.Length; i++)
        {
            for (var j = 0; head[i] == 0 && j < result.GetLength(1); j++)
            {
                result[i, j] = 0;
            }
        }

        return result;
    }

    /// <summary>How many neurons have a head weight and incoming weights that are not zero.</summary>
    /// <param name="incoming">A: [neurons, inputs].</param>
    /// <param name="head">c.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static int ActiveNeurons(double[,] incoming, ReadOnlySpan<double> head)
    {
        var left = WithoutIdle(incoming, head);
        return Enumerable.Range(0, left.GetLength(0)).Count(i => Enumerable.Range(0, left.GetLength(1)).Any(j => left[i, j] != 0));
    }

    private static Matrix<double> Checked(double[,] features, ReadOnlySpan<double> head)
    {
        ArgumentNullException.ThrowIfNull(features);
        var matrix = RowSpan.Checked(features, nameof(features));
        return matrix.ColumnCount == head.Length
            ? matrix
            : throw new ArgumentException($"The head has {head.Length} weights and the features {matrix.ColumnCount} columns; they must agree.", nameof(head));
    }

    // Gauss-Jordan with row exchanges: the reduced row echelon form and its pivot columns.
    private static Matrix<double> Reduced(double[,] features, ReadOnlySpan<double> head, double cut, out List<int> pivots)
    {
        var m = Checked(features, head).Clone();
        var small = cut * m.InfinityNorm();
        pivots = [];
        for (var column = 0; column < m.ColumnCount && pivots.Count < m.RowCount; column++)
        {
            var at = pivots.Count;
            var best = at;
            for (var row = at + 1; row < m.RowCount; row++)
            {
                best = Math.Abs(m[row, column]) > Math.Abs(m[best, column]) ? row : best;
            }

            if (Math.Abs(m[best, column]) <= small)
            {
                continue;
            }

            var pivot = m.Row(best);
            m.SetRow(best, m.Row(at));
            m.SetRow(at, pivot / pivot[column]);
            for (var row = 0; row < m.RowCount; row++)
            {
                if (row != at)
                {
                    m.SetRow(row, m.Row(row) - (m.Row(at) * m[row, column]));
                }
            }

            pivots.Add(column);
        }

        return m;
    }
}
