namespace Nabla.Core;

/// <summary>What a procedure asked of its problem.</summary>
/// <param name="Values">Values; in a finite sum, of single functions.</param>
/// <param name="Gradients">Gradients; in a finite sum, of single functions.</param>
/// <param name="Products">Products with a second derivative or another matrix of the problem; in a finite sum, of single functions.</param>
public readonly record struct QueryCounts(long Values, long Gradients, long Products)
{
    /// <summary>The counts of two stretches together.</summary>
    public static QueryCounts operator +(QueryCounts left, QueryCounts right) =>
        new(left.Values + right.Values, left.Gradients + right.Gradients, left.Products + right.Products);
}
