namespace Nabla.Core;

/// <summary>
/// The linear system of Gaussian-process regression, (K + λ I) a = y, of which rows of K are computed when asked for.
/// </summary>
public interface IKernelSystem
{
    /// <summary>The number of observations; at least 1.</summary>
    int Count { get; }

    /// <summary>λ: the variance of the noise; above 0.</summary>
    double Noise { get; }

    /// <summary>y: the observations.</summary>
    ReadOnlySpan<double> Observations { get; }

    /// <summary>A row of K, without the noise.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="row">Overwritten with <see cref="Count"/> numbers.</param>
    void Row(int index, Span<double> row);
}
