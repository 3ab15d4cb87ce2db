namespace Nabla.Core;

/// <summary>A zero-sum game f(x, y) of two players: the first moves x to lower f, the second moves y to raise it.</summary>
public interface IGame
{
    /// <summary>How many numbers x has; at least 1.</summary>
    int MinimizerDimension { get; }

    /// <summary>How many numbers y has; at least 1.</summary>
    int MaximizerDimension { get; }

    /// <summary>f(x, y).</summary>
    double Value(ReadOnlySpan<double> x, ReadOnlySpan<double> y);

    /// <summary>Both gradients of f.</summary>
    /// <param name="x">The first player's point.</param>
    /// <param name="y">The second player's point.</param>
    /// <param name="gradientX">Overwritten with the gradient in x.</param>
    /// <param name="gradientY">Overwritten with the gradient in y.</param>
    void Gradients(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradientX, Span<double> gradientY);

    /// <summary>The mixed second derivative applied to a move of the second player: D²xy v.</summary>
    /// <param name="x">The first player's point.</param>
    /// <param name="y">The second player's point.</param>
    /// <param name="v">As long as y.</param>
    /// <param name="result">Overwritten; as long as x.</param>
    void MixedTimes(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v, Span<double> result);

    /// <summary>The transposed mixed second derivative applied to a move of the first player: D²yx u.</summary>
    /// <param name="x">The first player's point.</param>
    /// <param name="y">The second player's point.</param>
    /// <param name="u">As long as x.</param>
    /// <param name="result">Overwritten; as long as y.</param>
    void MixedTransposedTimes(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> u, Span<double> result);
}
