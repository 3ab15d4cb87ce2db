using Nabla.Engine;

namespace Nabla.Procedures.Solvers;

/// <summary>
/// Comes nearer to the solution of a symmetric system K d = b step by step: d moves to the nearest point where S'K d = S'b for a fresh
/// sketch S.
/// </summary>
internal sealed class SketchedSystem
{
    private readonly double[] _matrix;
    private readonly double[] _sketch;
    private readonly double[] _images;
    private readonly double[] _gram;
    private readonly double[] _right;
    private readonly double[] _weights;
    private readonly PositiveSystem _small;
    private readonly SketchKind _kind;
    private readonly RandomStream _random;
    private readonly int _size;
    private readonly int _sketches;

    /// <param name="matrix">K, row by row; looked at afresh in each step.</param>
    /// <param name="size">The number of equations.</param>
    /// <param name="kind">How to sketch.</param>
    /// <param name="sketches">Sketched equations a step.</param>
    /// <param name="random">Decides the sketches.</param>
    public SketchedSystem(double[] matrix, int size, SketchKind kind, int sketches, RandomStream random)
    {
        (_matrix, _size, _kind, _sketches, _random) = (matrix, size, kind, sketches, random);
        (_sketch, _images) = (new double[sketches * size], new double[sketches * size]);
        (_gram, _right, _weights) = (new double[sketches * sketches], new double[sketches], new double[sketches]);
        _small = new PositiveSystem(sketches);
        (Solution, Residual) = (new double[size], new double[size]);
    }

    /// <summary>d.</summary>
    public double[] Solution { get; }

    /// <summary>K d - b.</summary>
    public double[] Residual { get; }

    /// <summary>Begins anew from 0.</summary>
    /// <param name="right">b.</param>
    public void Begin(ReadOnlySpan<double> right)
    {
        Array.Clear(Solution);
        for (var i = 0; i < _size; i++)
        {
            Residual[i] = -right[i];
        }
    }

    /// <summary>One projection.</summary>
    public void Step()
    {
        for (var s = 0; s < _sketches; s++)
        {
            var image = _images.AsSpan(s * _size, _size);
            if (_kind == SketchKind.Kaczmarz)
            {
                var row = _random.NextInt(_size);
                _matrix.AsSpan(row * _size, _size).CopyTo(image);
                _right[s] = Residual[row];
                continue;
            }

            var sketch = _sketch.AsSpan(s * _size, _size);
            for (var i = 0; i < _size; i++)
            {
                sketch[i] = _random.NextGaussian();
            }

            for (var i = 0; i < _size; i++)
            {
                image[i] = VectorMath.Dot(_matrix.AsSpan(i * _size, _size), sketch);
            }

            _right[s] = VectorMath.Dot(sketch, Residual);
        }

        for (var s = 0; s < _sketches; s++)
        {
            for (var t = 0; t <= s; t++)
            {
                _gram[(s * _sketches) + t] = _gram[(t * _sketches) + s] =
                    VectorMath.Dot(_images.AsSpan(s * _size, _size), _images.AsSpan(t * _size, _size));
            }
        }

        // Equations that were drawn twice make the small matrix singular; the next draw will do.
        if (!_small.Factor(_gram, 0))
        {
            return;
        }

        _small.Solve(_right, _weights);
        for (var s = 0; s < _sketches; s++)
        {
            VectorMath.Add(Solution, -_weights[s], _images.AsSpan(s * _size, _size));
        }

        for (var i = 0; i < _size; i++)
        {
            var change = 0.0;
            var row = _matrix.AsSpan(i * _size, _size);
            for (var s = 0; s < _sketches; s++)
            {
                change += _weights[s] * VectorMath.Dot(row, _images.AsSpan(s * _size, _size));
            }

            Residual[i] -= change;
        }
    }
}
