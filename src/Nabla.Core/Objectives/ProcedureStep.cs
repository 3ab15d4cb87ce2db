namespace Nabla.Core;

/// <summary>What a procedure tells about an iteration while it runs.</summary>
/// <param name="iteration">The number of iterations made; 0 at the start.</param>
/// <param name="point">The point after them; valid during the call only.</param>
/// <param name="counts">The queries made so far.</param>
public readonly ref struct ProcedureStep(long iteration, ReadOnlySpan<double> point, QueryCounts counts)
{
    /// <summary>The number of iterations made; 0 at the start.</summary>
    public long Iteration { get; } = iteration;

    /// <summary>The point after them; valid during the call only.</summary>
    public ReadOnlySpan<double> Point { get; } = point;

    /// <summary>The queries made so far.</summary>
    public QueryCounts Counts { get; } = counts;
}
