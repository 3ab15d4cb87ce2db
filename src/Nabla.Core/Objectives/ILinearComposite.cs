namespace Nabla.Core;

/// <summary>
/// A composite function whose smooth part sums functions of single linear outputs: f(x) = Σ_t φ_t(a_t'x) + ρ |x|²/2, as losses of a
/// linear model do. One coordinate can then be changed without computing everything anew.
/// </summary>
public interface ILinearComposite : IComposite
{
    /// <summary>How many outputs there are; at least 1.</summary>
    int Outputs { get; }

    /// <summary>ρ, which belongs to f; 0 or above.</summary>
    double SquareWeight { get; }

    /// <summary>The greatest second derivative of any φ_t; above 0.</summary>
    double Bend { get; }

    /// <summary>What a coordinate gives to each output: the entries a_tj of a column.</summary>
    /// <param name="column">j, from 0 to <see cref="IObjective.Dimension"/> - 1.</param>
    /// <returns><see cref="Outputs"/> numbers.</returns>
    ReadOnlySpan<double> Column(int column);

    /// <summary>The derivative φ_t'.</summary>
    /// <param name="output">t, from 0 to <see cref="Outputs"/> - 1.</param>
    /// <param name="value">Where.</param>
    double Slope(int output, double value);
}
