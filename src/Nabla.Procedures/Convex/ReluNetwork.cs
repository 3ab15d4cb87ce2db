using Nabla.Core;

namespace Nabla.Procedures.Convex;

/// <summary>A network with one hidden layer of rectified units and one output: Σ_j α_j max(0, x'u_j).</summary>
public sealed class ReluNetwork
{
    private readonly double[][] _hidden;
    private readonly double[] _output;

    /// <summary>Makes a network of its weights.</summary>
    /// <param name="hidden">u: the weights of each hidden unit, all of one length; where there is an intercept, it is the last.</param>
    /// <param name="output">α: one number a hidden unit.</param>
    /// <param name="hasIntercept">Whether hidden units see a constant 1 after the features.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public ReluNetwork(IReadOnlyList<double[]> hidden, IReadOnlyList<double> output, bool hasIntercept)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(output);
        if (hidden.Count != output.Count)
        {
            throw new ArgumentException(
                $"There are {hidden.Count} hidden units and {output.Count} output weights. Give one output weight a hidden unit.", nameof(output));
        }

        if (hidden.Any(u => u.Length != hidden[0].Length))
        {
            throw new ArgumentException("The hidden units have weights of different lengths. Give each as many as the first.", nameof(hidden));
        }

        (_hidden, _output, HasIntercept) = ([.. hidden.Select(u => u.ToArray())], [.. output], hasIntercept);
    }

    /// <summary>How many hidden units there are; 0 for the network that is zero everywhere.</summary>
    public int Width => _output.Length;

    /// <summary>Whether hidden units see a constant 1 after the features.</summary>
    public bool HasIntercept { get; }

    /// <summary>α: the weights of the output, one a hidden unit.</summary>
    public IReadOnlyList<double> OutputWeights => _output;

    /// <summary>u: the weights of a hidden unit, the intercept last.</summary>
    /// <param name="unit">From 0 to <see cref="Width"/> - 1.</param>
    public IReadOnlyList<double> HiddenWeights(int unit) => _hidden[unit];

    /// <summary>The output for a row.</summary>
    /// <param name="row">The features.</param>
    /// <exception cref="ArgumentException">The row has another number of features than the network.</exception>
    public double Output(ReadOnlySpan<double> row)
    {
        var sum = 0.0;
        for (var j = 0; j < _hidden.Length; j++)
        {
            sum += _output[j] * Math.Max(Reach(j, row), 0);
        }

        return sum;
    }

    /// <summary>The loss with the penalty of the weights: ℓ + β/2 Σ_j (|u_j|² + α_j²).</summary>
    /// <param name="rows">Features and labels.</param>
    /// <param name="loss">ℓ.</param>
    /// <param name="beta">β; 0 for the loss alone.</param>
    public double Loss(LabelledRows rows, ReluLoss loss, double beta = 0) => WorstLoss(rows, loss, 0, beta);

    /// <summary>An upper bound of the loss where every feature may be moved by up to a radius, with the penalty of the weights.</summary>
    /// <remarks>
    /// The bound is the loss itself, at the worst move of each row, where no hidden unit switches between on and off within the
    /// radius, as in networks of <see cref="ConvexRobustRelu"/>. A unit that can switch adds how far it can reach beyond.
    /// </remarks>
    /// <param name="rows">Features and labels.</param>
    /// <param name="loss">ℓ.</param>
    /// <param name="radius">ε, 0 or above.</param>
    /// <param name="beta">β; 0 for the loss alone.</param>
    /// <exception cref="ArgumentException">The rows have another number of features than the network.</exception>
    public double WorstLoss(LabelledRows rows, ReluLoss loss, double radius, double beta = 0)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        var sum = 0.0;
        var slopes = new double[rows.Columns];
        for (var k = 0; k < rows.Count; k++)
        {
            var row = rows.Row(k);
            double output = 0, spread = 0, label = rows.Labels[k];
            Array.Clear(slopes);
            for (var j = 0; j < _hidden.Length; j++)
            {
                var (reach, turn) = (Reach(j, row), radius * SumOfSizes(_hidden[j].AsSpan(0, row.Length)));
                if (reach > 0)
                {
                    output += _output[j] * reach;
                    VectorMath.Add(slopes, _output[j], _hidden[j].AsSpan(0, row.Length));
                }

                spread += Math.Abs(_output[j]) * Math.Max(0, turn - Math.Abs(reach));
            }

            spread += radius * SumOfSizes(slopes);
            var worst = loss == ReluLoss.Squared ? output + (output >= label ? spread : -spread) : output - (Math.Sign(label) * spread);
            sum += ReluLosses.Of(loss, worst, label);
        }

        var weights = 0.0;
        for (var j = 0; j < _hidden.Length; j++)
        {
            weights += VectorMath.Dot(_hidden[j], _hidden[j]) + (_output[j] * _output[j]);
        }

        return (sum * ReluLosses.Weight(loss, rows.Count)) + (beta / 2 * weights);
    }

    private double Reach(int unit, ReadOnlySpan<double> row)
    {
        var u = _hidden[unit];
        var features = u.Length - (HasIntercept ? 1 : 0);
        return row.Length == features
            ? VectorMath.Dot(row, u) + (HasIntercept ? u[^1] : 0)
            : throw new ArgumentException($"The row has {row.Length} features; the network takes {features}. Give as many.", nameof(row));
    }

    private static double SumOfSizes(ReadOnlySpan<double> numbers)
    {
        var sum = 0.0;
        foreach (var number in numbers)
        {
            sum += Math.Abs(number);
        }

        return sum;
    }
}
