namespace Nabla.Core;

/// <summary>A map of vectors that never takes two points further apart: |T x - T y| ≤ |x - y|.</summary>
public interface IFixedPointMap
{
    /// <summary>How many numbers a point has; at least 1.</summary>
    int Dimension { get; }

    /// <summary>T x.</summary>
    /// <param name="point">x: <see cref="Dimension"/> numbers.</param>
    /// <param name="image">Overwritten with <see cref="Dimension"/> numbers.</param>
    void Apply(ReadOnlySpan<double> point, Span<double> image);
}
