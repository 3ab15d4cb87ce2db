using Nabla.Core;

namespace Nabla.Procedures;

/// <summary>λ|x_i| with bounds, one coordinate at a time.</summary>
internal sealed class SeparableTerm
{
    private readonly double _weight;
    private readonly double[] _lower;
    private readonly double[] _upper;

    public SeparableTerm(IComposite problem)
    {
        _weight = problem.AbsoluteWeight;
        _lower = Bounds(problem.Lower, problem.Dimension, double.NegativeInfinity, nameof(IComposite.Lower));
        _upper = Bounds(problem.Upper, problem.Dimension, double.PositiveInfinity, nameof(IComposite.Upper));
        for (var i = 0; i < _lower.Length; i++)
        {
            if (!(_lower[i] <= _upper[i]))
            {
                throw new ArgumentException(
                    $"Coordinate {i} has the bounds {_lower[i]} and {_upper[i]}; the lower must not be above the upper. Mend the problem.",
                    nameof(problem));
            }
        }
    }

    public double Inside(int i, double x) => Math.Clamp(x, _lower[i], _upper[i]);

    public double Value(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        foreach (var value in x)
        {
            sum += Math.Abs(value);
        }

        return _weight * sum;
    }

    /// <summary>The d that minimizes g d + c d²/2 + h(x + d).</summary>
    public double Move(int i, double x, double gradient, double curvature)
    {
        var goal = x - (gradient / curvature);
        var shrunk = Math.CopySign(Math.Max(Math.Abs(goal) - (_weight / curvature), 0), goal);
        return Inside(i, shrunk) - x;
    }

    /// <summary>The least value of g d + c d²/2 + h(x + d) - h(x); never above 0.</summary>
    public double Progress(int i, double x, double gradient, double curvature)
    {
        var d = Move(i, x, gradient, curvature);
        return (gradient * d) + (curvature * d * d / 2) + (_weight * (Math.Abs(x + d) - Math.Abs(x)));
    }

    /// <summary>The element of least size of the subdifferential, in one coordinate.</summary>
    public double ShortestSubgradient(int i, double x, double gradient)
    {
        var least = gradient - _weight;
        var greatest = gradient + _weight;
        if (x != 0)
        {
            least = greatest = gradient + (_weight * Math.Sign(x));
        }

        // At a bound, everything outwards belongs to the subdifferential too.
        if (x <= _lower[i])
        {
            least = double.NegativeInfinity;
        }

        if (x >= _upper[i])
        {
            greatest = double.PositiveInfinity;
        }

        return least > 0 ? least : greatest < 0 ? greatest : 0;
    }

    private static double[] Bounds(ReadOnlySpan<double> given, int dimension, double none, string name)
    {
        if (given.IsEmpty)
        {
            var free = new double[dimension];
            Array.Fill(free, none);
            return free;
        }

        return given.Length == dimension
            ? given.ToArray()
            : throw new ArgumentException(
                $"{name} has {given.Length} numbers; the problem has {dimension}. Give one number a dimension, or none.", name);
    }
}
