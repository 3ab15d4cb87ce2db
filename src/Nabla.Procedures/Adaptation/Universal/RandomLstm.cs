using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>A long short-term memory of random weights that reads one sequence and writes another: a random computation.</summary>
internal sealed class RandomLstm
{
    private readonly int _vocabulary;
    private readonly int _width;
    private readonly float[] _inputs;
    private readonly float[] _recurrent;
    private readonly float[] _outputs;
    private readonly float[] _hidden;
    private readonly float[] _cell;
    private readonly float[] _gates;

    public RandomLstm(int vocabulary, int width, double gain, double sharpness, Seed seed)
    {
        (_vocabulary, _width) = (vocabulary, width);
        var random = new RandomStream(seed);
        float[] Draw(int count, double deviation)
        {
            var values = new float[count];
            for (var i = 0; i < count; i++)
            {
                values[i] = (float)(deviation * random.NextGaussian());
            }

            return values;
        }

        // One input is 1 and the others 0, so that its weights need no scaling; the others are scaled by the numbers that are summed.
        _inputs = Draw(vocabulary * 4 * width, gain);
        _recurrent = Draw(width * 4 * width, gain / Math.Sqrt(width));
        _outputs = Draw(width * vocabulary, sharpness / Math.Sqrt(width));
        (_hidden, _cell, _gates) = (new float[width], new float[width], new float[4 * width]);
    }

    /// <summary>Reads a condition, then goes on from a beginning by drawing tokens.</summary>
    public int[] Generate(ReadOnlySpan<int> condition, ReadOnlySpan<int> beginning, int length, RandomStream random)
    {
        _hidden.AsSpan().Clear();
        _cell.AsSpan().Clear();
        foreach (var token in condition)
        {
            Read(token);
        }

        var tokens = new int[length];
        var probabilities = new double[_vocabulary];
        for (var i = 0; i < length; i++)
        {
            tokens[i] = i < beginning.Length ? beginning[i] : Draw(probabilities, random);
            Read(tokens[i]);
        }

        return tokens;
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    private void Read(int token)
    {
        _inputs.AsSpan(token * 4 * _width, 4 * _width).CopyTo(_gates);
        for (var i = 0; i < _width; i++)
        {
            var from = _hidden[i];
            var row = _recurrent.AsSpan(i * 4 * _width, 4 * _width);
            for (var j = 0; j < row.Length; j++)
            {
                _gates[j] += from * row[j];
            }
        }

        for (var i = 0; i < _width; i++)
        {
            var (input, forget, output, candidate) = (_gates[i], _gates[_width + i], _gates[(2 * _width) + i], _gates[(3 * _width) + i]);
            _cell[i] = (Sigmoid(forget) * _cell[i]) + (Sigmoid(input) * MathF.Tanh(candidate));
            _hidden[i] = Sigmoid(output) * MathF.Tanh(_cell[i]);
        }
    }

    private int Draw(double[] probabilities, RandomStream random)
    {
        var scores = new float[_vocabulary];
        for (var i = 0; i < _width; i++)
        {
            var row = _outputs.AsSpan(i * _vocabulary, _vocabulary);
            for (var j = 0; j < row.Length; j++)
            {
                scores[j] += _hidden[i] * row[j];
            }
        }

        var (most, sum) = (scores.Max(), 0.0);
        for (var j = 0; j < scores.Length; j++)
        {
            probabilities[j] = Math.Exp(scores[j] - most);
            sum += probabilities[j];
        }

        var left = random.NextDouble() * sum;
        for (var j = 0; j < scores.Length; j++)
        {
            left -= probabilities[j];
            if (left < 0)
            {
                return j;
            }
        }

        return scores.Length - 1;
    }
}
