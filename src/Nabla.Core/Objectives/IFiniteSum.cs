namespace Nabla.Core;

/// <summary>A mean of many functions of one vector, such as the losses of the rows of a data set.</summary>
public interface IFiniteSum
{
    /// <summary>How many numbers a point has; at least 1.</summary>
    int Dimension { get; }

    /// <summary>How many functions there are; at least 1. They are numbered from 0.</summary>
    int Count { get; }

    /// <summary>The mean value of some of the functions.</summary>
    /// <param name="samples">Numbers of functions, at least one; repetitions count twice.</param>
    /// <param name="point"><see cref="Dimension"/> numbers.</param>
    double Value(ReadOnlySpan<int> samples, ReadOnlySpan<double> point);

    /// <summary>The mean gradient of some of the functions.</summary>
    /// <param name="samples">Numbers of functions, at least one; repetitions count twice.</param>
    /// <param name="point"><see cref="Dimension"/> numbers.</param>
    /// <param name="gradient">Overwritten with <see cref="Dimension"/> numbers.</param>
    void Gradient(ReadOnlySpan<int> samples, ReadOnlySpan<double> point, Span<double> gradient);
}
