using System.Runtime.InteropServices;
using Nabla.Core;

namespace Nabla.Problems.Solving;

/// <summary>A smooth function with smooth equality constraints whose gradients are written out by hand.</summary>
/// <param name="dimension">How many numbers it takes.</param>
/// <param name="constraints">How many constraints there are.</param>
internal abstract class ConstrainedFunction(int dimension, int constraints) : SmoothFunction, IConstrainedObjective
{
    public sealed override int Dimension { get; } = dimension;

    public int Constraints { get; } = constraints;

    public void Constrain(ReadOnlySpan<double> point, Span<double> values) => Limit(point, values);

    public void Jacobian(ReadOnlySpan<double> point, Span<double> jacobian)
    {
        jacobian.Clear();
        var x = MemoryMarshal.Cast<double, Real>(point);
        var unit = new double[Constraints];
        for (var i = 0; i < Constraints; i++)
        {
            unit[i] = 1;
            Pull(x, unit, MemoryMarshal.Cast<double, Real>(jacobian.Slice(i * Dimension, Dimension)));
            unit[i] = 0;
        }
    }

    public void ConstraintCurvatureTimes(
        ReadOnlySpan<double> point, ReadOnlySpan<double> multipliers, ReadOnlySpan<double> vector, Span<double> product)
    {
        Dual[] moved = new Dual[Dimension], gradient = new Dual[Dimension];
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] = new Dual(point[i], vector[i]);
        }

        Pull<Dual>(moved, multipliers, gradient);
        for (var i = 0; i < moved.Length; i++)
        {
            product[i] = gradient[i].Slope;
        }
    }

    /// <summary>Writes the values of the constraints.</summary>
    private protected abstract void Limit(ReadOnlySpan<double> x, Span<double> values);

    /// <summary>Adds the gradient of Σ w_i c_i to zeros.</summary>
    private protected abstract void Pull<T>(ReadOnlySpan<T> x, ReadOnlySpan<double> w, Span<T> gradient)
        where T : struct, IReal<T>;
}
