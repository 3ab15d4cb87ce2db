namespace Nabla.Core;

/// <summary>A function of a vector, with its gradient.</summary>
public interface IObjective
{
    /// <summary>How many numbers a point has; at least 1.</summary>
    int Dimension { get; }

    /// <summary>The value at a point.</summary>
    /// <param name="point"><see cref="Dimension"/> numbers.</param>
    double Value(ReadOnlySpan<double> point);

    /// <summary>The gradient at a point.</summary>
    /// <param name="point"><see cref="Dimension"/> numbers.</param>
    /// <param name="gradient">Overwritten with <see cref="Dimension"/> numbers.</param>
    void Gradient(ReadOnlySpan<double> point, Span<double> gradient);
}
