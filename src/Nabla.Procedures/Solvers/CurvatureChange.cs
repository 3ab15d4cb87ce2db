namespace Nabla.Procedures.Solvers;

/// <summary>
/// M: how fast the second derivative changes, the least that the trapezoidal rule and the gradients of one epoch of momentum allow.
/// </summary>
/// <remarks>Source: Marumo and Takeda (arXiv:2212.06410), whose two inequalities hold for every Lipschitz constant of the second derivative.</remarks>
internal sealed class CurvatureChange(int dimension)
{
    private readonly double[] _move = new double[dimension];
    private readonly double[] _ahead = new double[dimension];
    private readonly double[] _rest = new double[dimension];

    /// <summary>M of this epoch.</summary>
    public double Value { get; private set; }

    /// <summary>A new epoch.</summary>
    public void Reset() => Value = 0;

    /// <summary>Learns from a step from x[k-1] to x[k] with the point ahead, y = x[k] + θ (x[k] - x[k-1]).</summary>
    public void Learn(double theta, in GradientPoint before, in GradientPoint here, in GradientPoint ahead)
    {
        for (var i = 0; i < _move.Length; i++)
        {
            _move[i] = here.Point[i] - before.Point[i];
            _ahead[i] = ahead.Point[i] - here.Point[i];
            _rest[i] = ahead.Gradient[i] + (theta * before.Gradient[i]) - ((1 + theta) * here.Gradient[i]);
        }

        // What rounding alone can do to both is taken off, or M would grow without end near a minimum.
        var length = VectorMath.Norm(_ahead);
        var chord = 0.5 * (VectorMath.Dot(ahead.Gradient, _ahead) + VectorMath.Dot(here.Gradient, _ahead));
        var error = ahead.Value - here.Value - chord - (1e-15 * (Math.Abs(ahead.Value) + Math.Abs(here.Value)));
        Raise(12 * error, length * length * length);
        var square = VectorMath.Dot(_move, _move);
        Raise(VectorMath.Norm(_rest) - (1e-15 * (1 + theta) * VectorMath.Norm(here.Gradient)), theta * square);
    }

    /// <summary>Whether momentum has gone too far: (k + 1)⁵ M² S &gt; L².</summary>
    public bool IsTooFar(int k, double squares, double smoothness)
    {
        var share = Value / smoothness;
        return Math.Pow(k + 1.0, 5) * share * share * squares > 1;
    }

    private void Raise(double above, double below)
    {
        if (above > 0 && below > 0)
        {
            Value = Math.Max(Value, above / below);
        }
    }
}

/// <summary>A point with its value and gradient.</summary>
internal readonly ref struct GradientPoint(ReadOnlySpan<double> point, double value, ReadOnlySpan<double> gradient)
{
    public ReadOnlySpan<double> Point { get; } = point;

    public double Value { get; } = value;

    public ReadOnlySpan<double> Gradient { get; } = gradient;
}
