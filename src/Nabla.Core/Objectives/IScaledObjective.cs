namespace Nabla.Core;

/// <summary>
/// A convex function whose second derivative lies between multiples of a known symmetric positive semidefinite
/// matrix B; for losses of a linear model with data A, B = A'A.
/// </summary>
public interface IScaledObjective : IObjective
{
    /// <summary>B v.</summary>
    /// <param name="vector">v: <see cref="IObjective.Dimension"/> numbers.</param>
    /// <param name="result">Overwritten with <see cref="IObjective.Dimension"/> numbers.</param>
    void Scale(ReadOnlySpan<double> vector, Span<double> result);
}
