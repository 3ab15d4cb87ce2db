namespace Nabla.Core;

/// <summary>A finite sum whose gradient can be differentiated along a direction.</summary>
public interface ICurvedFiniteSum : IFiniteSum
{
    /// <summary>
    /// The first and the second derivative of the mean gradient along a direction: H v, and the third derivative
    /// of the function applied to v twice.
    /// </summary>
    /// <param name="samples">Numbers of functions, at least one.</param>
    /// <param name="point"><see cref="IFiniteSum.Dimension"/> numbers.</param>
    /// <param name="direction">v: <see cref="IFiniteSum.Dimension"/> numbers.</param>
    /// <param name="first">Overwritten with d/da of the gradient at point + a v, at a = 0.</param>
    /// <param name="second">Overwritten with d²/da² of it.</param>
    void AlongDirection(
        ReadOnlySpan<int> samples,
        ReadOnlySpan<double> point,
        ReadOnlySpan<double> direction,
        Span<double> first,
        Span<double> second);
}
