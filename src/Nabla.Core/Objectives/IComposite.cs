namespace Nabla.Core;

/// <summary>
/// A smooth function plus a separable term: f(x) + λ Σ |x_i|, with every x_i between its bounds.
/// </summary>
public interface IComposite : IObjective
{
    /// <summary>λ, the weight of the sum of absolute values; 0 or above.</summary>
    double AbsoluteWeight { get; }

    /// <summary>The least allowed value of each coordinate; empty when there is none.</summary>
    ReadOnlySpan<double> Lower { get; }

    /// <summary>The greatest allowed value of each coordinate; empty when there is none.</summary>
    ReadOnlySpan<double> Upper { get; }

    /// <summary>
    /// An entry of a matrix that bounds the second derivative of f from above everywhere; of a quadratic, the
    /// second derivative itself.
    /// </summary>
    /// <param name="row">From 0 to <see cref="IObjective.Dimension"/> - 1.</param>
    /// <param name="column">From 0 to <see cref="IObjective.Dimension"/> - 1.</param>
    double Curvature(int row, int column);
}
