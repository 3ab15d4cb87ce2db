using Nabla.Core;

namespace Nabla.Procedures.Convex;

/// <summary>
/// The convex program: min ℓ_ε(Σ_i D_i X (v_i - w_i), y) + β Σ_i (|v_i| + |w_i|), where the rows of (2 D_i - I) X v_i and of
/// (2 D_i - I) X w_i are at least ε |v_i|_1 and ε |w_i|_1, the intercept left out of the latter.
/// </summary>
/// <remarks>Vectors over weights hold all v, then all w; those over constraints likewise.</remarks>
internal sealed class ReluProgram
{
    private readonly double[][] _table;
    private readonly bool[][] _patterns;

    public ReluProgram(LabelledRows rows, IReadOnlyList<bool[]> patterns, ReluLoss loss, double beta, double epsilon, bool intercept)
    {
        _table = ActivationPatterns.Table(rows, intercept);
        _patterns = [.. patterns];
        (Rows, Loss, Beta, Epsilon, HasIntercept) = (rows, loss, beta, epsilon, intercept);
        if (loss != ReluLoss.Squared)
        {
            for (var k = 0; k < rows.Count; k++)
            {
                if (Math.Abs(rows.Labels[k]) != 1)
                {
                    throw new ArgumentException(
                        $"The label of row {k} is {rows.Labels[k]}; the {loss} loss takes -1 and 1. Change the labels, or take the Squared loss.", nameof(rows));
                }
            }
        }
    }

    public LabelledRows Rows { get; }

    public ReluLoss Loss { get; }

    public double Beta { get; }

    public double Epsilon { get; }

    public bool HasIntercept { get; }

    public int Patterns => _patterns.Length;

    public int Groups => 2 * _patterns.Length;

    public int Dimension => _table[0].Length;

    /// <summary>How many weights of a group meet a feature that may be perturbed; the first ones.</summary>
    public int Perturbed => Epsilon > 0 ? Rows.Columns : 0;

    public ReadOnlySpan<double> Row(int k) => _table[k];

    public bool IsActive(int group, int k) => _patterns[group < Patterns ? group : group - Patterns][k];

    public double Sign(int group) => group < Patterns ? 1 : -1;

    /// <summary>(2 D - I) X u of a group.</summary>
    public void Reach(int group, ReadOnlySpan<double> u, Span<double> reach)
    {
        for (var k = 0; k < _table.Length; k++)
        {
            var along = VectorMath.Dot(_table[k], u);
            reach[k] = IsActive(group, k) ? along : -along;
        }
    }

    /// <summary>Adds X' (2 D - I) times the numbers to the weights of a group.</summary>
    public void AddBack(int group, ReadOnlySpan<double> numbers, Span<double> u)
    {
        for (var k = 0; k < _table.Length; k++)
        {
            VectorMath.Add(u, IsActive(group, k) ? numbers[k] : -numbers[k], _table[k]);
        }
    }

    /// <summary>For each row the output and, behind it, the perturbable weights that act on it: 1 + <see cref="Perturbed"/> numbers a row.</summary>
    public void Outputs(ReadOnlySpan<double> u, Span<double> outputs)
    {
        outputs.Clear();
        int d = Dimension, wide = 1 + Perturbed;
        var sum = new double[d];
        for (var k = 0; k < _table.Length; k++)
        {
            Array.Clear(sum);
            for (var g = 0; g < Groups; g++)
            {
                if (IsActive(g, k))
                {
                    VectorMath.Add(sum, Sign(g), u.Slice(g * d, d));
                }
            }

            outputs[k * wide] = VectorMath.Dot(_table[k], sum);
            sum.AsSpan(0, Perturbed).CopyTo(outputs[((k * wide) + 1)..]);
        }
    }

    /// <summary>Adds the transpose of <see cref="Outputs"/>.</summary>
    public void AddOutputsBack(ReadOnlySpan<double> outputs, Span<double> u)
    {
        int d = Dimension, wide = 1 + Perturbed;
        var part = new double[d];
        for (var k = 0; k < _table.Length; k++)
        {
            for (var j = 0; j < d; j++)
            {
                part[j] = (outputs[k * wide] * _table[k][j]) + (j < Perturbed ? outputs[(k * wide) + 1 + j] : 0);
            }

            for (var g = 0; g < Groups; g++)
            {
                if (IsActive(g, k))
                {
                    VectorMath.Add(u.Slice(g * d, d), Sign(g), part);
                }
            }
        }
    }

    /// <summary>In how many patterns both rows are active.</summary>
    public int Together(int a, int b) => _patterns.Count(p => p[a] && p[b]);

    /// <summary>The network of weights: a hidden unit v / √|v| with the output weight √|v|, for w its negative.</summary>
    public ReluNetwork Network(ReadOnlySpan<double> weights)
    {
        var d = Dimension;
        List<double[]> hidden = [];
        List<double> output = [];
        for (var g = 0; g < Groups; g++)
        {
            var w = weights.Slice(g * d, d);
            var norm = VectorMath.Norm(w);
            if (norm > 0)
            {
                var unit = w.ToArray();
                VectorMath.Scale(unit, 1 / Math.Sqrt(norm));
                hidden.Add(unit);
                output.Add(Sign(g) * Math.Sqrt(norm));
            }
        }

        return new ReluNetwork(hidden, output, HasIntercept);
    }

    /// <summary>What the network of these weights loses within ε, with its penalty; at the program's solution its least value.</summary>
    public double Value(ReadOnlySpan<double> weights) => Network(weights).WorstLoss(Rows, Loss, Epsilon, Beta);
}
