using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Convex;

namespace Nabla.Claims.Convex;

/// <summary>A network with one hidden layer of rectified units that is trained by stochastic gradients, the usual way.</summary>
internal sealed class HiddenLayer
{
    private readonly double[][] _hidden;
    private readonly double[] _output;
    private readonly ReluLoss _loss;
    private readonly double _beta;

    public HiddenLayer(int width, int features, ReluLoss loss, double beta, Seed seed)
    {
        (_loss, _beta) = (loss, beta);
        var random = new RandomStream(seed);
        _hidden = [.. Enumerable.Range(0, width).Select(_ => Enumerable.Range(0, features + 1).Select(_ => random.NextGaussian() / Math.Sqrt(features + 1)).ToArray())];
        _output = [.. Enumerable.Range(0, width).Select(_ => random.NextGaussian() / Math.Sqrt(width))];
    }

    public ReluNetwork Network => new(_hidden, _output, true);

    /// <summary>Passes over the rows in drawn order at a rate that falls to zero; each row may be moved by up to a radius first.</summary>
    public void Train(LabelledRows rows, int passes, double rate, double radius, Seed seed)
    {
        var random = new RandomStream(seed);
        var order = Enumerable.Range(0, rows.Count).ToArray();
        var row = new double[rows.Columns];
        // A row's share of the loss times the count, and of the penalty, so that a pass is one step's worth of the whole.
        var weight = _loss == ReluLoss.Squared ? rows.Count : 1.0;
        for (var pass = 0; pass < passes; pass++)
        {
            for (var i = order.Length - 1; i > 0; i--)
            {
                var j = random.NextInt(i + 1);
                (order[i], order[j]) = (order[j], order[i]);
            }

            var now = rate * (1 - ((double)pass / passes));
            foreach (var k in order)
            {
                rows.Row(k).CopyTo(row);
                if (radius > 0)
                {
                    Attack(row, rows.Row(k), rows.Labels[k], radius, random);
                }

                Step(row, weight * Slope(rows.Labels[k], Output(row)), now);
            }
        }
    }

    /// <summary>Projected gradient ascent by signs from a drawn point of the box: ten steps of a quarter of the radius.</summary>
    private void Attack(double[] row, ReadOnlySpan<double> centre, double label, double radius, RandomStream random)
    {
        for (var j = 0; j < row.Length; j++)
        {
            row[j] = centre[j] + (radius * ((2 * random.NextDouble()) - 1));
        }

        var slope = new double[row.Length];
        for (var step = 0; step < 10; step++)
        {
            var loss = Slope(label, Output(row));
            Array.Clear(slope);
            for (var u = 0; u < _output.Length; u++)
            {
                if (Reach(u, row) > 0)
                {
                    for (var j = 0; j < row.Length; j++)
                    {
                        slope[j] += loss * _output[u] * _hidden[u][j];
                    }
                }
            }

            for (var j = 0; j < row.Length; j++)
            {
                row[j] = Math.Clamp(row[j] + (radius / 4 * Math.Sign(slope[j])), centre[j] - radius, centre[j] + radius);
            }
        }
    }

    private void Step(double[] row, double slope, double rate)
    {
        for (var u = 0; u < _output.Length; u++)
        {
            var (reach, hidden, output) = (Reach(u, row), _hidden[u], _output[u]);
            var through = reach > 0 ? slope : 0;
            _output[u] -= rate * ((through * reach) + (_beta * output));
            for (var j = 0; j < hidden.Length; j++)
            {
                hidden[j] -= rate * ((through * output * (j < row.Length ? row[j] : 1)) + (_beta * hidden[j]));
            }
        }
    }

    private double Slope(double label, double output) => _loss switch
    {
        ReluLoss.Squared => output - label,
        ReluLoss.Hinge => label * output < 1 ? -label : 0,
        _ => -label / (1 + Math.Exp(label * output)),
    };

    private double Output(double[] row)
    {
        var sum = 0.0;
        for (var u = 0; u < _output.Length; u++)
        {
            sum += _output[u] * Math.Max(0, Reach(u, row));
        }

        return sum;
    }

    private double Reach(int unit, double[] row)
    {
        var u = _hidden[unit];
        var sum = u[^1];
        for (var j = 0; j < row.Length; j++)
        {
            sum += u[j] * row[j];
        }

        return sum;
    }
}
