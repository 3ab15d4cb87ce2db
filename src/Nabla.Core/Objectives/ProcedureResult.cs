namespace Nabla.Core;

/// <summary>What a procedure over vectors came to.</summary>
/// <param name="Point">The last point; of a procedure that averages, the average.</param>
/// <param name="Value">The value there, or what the procedure measures in its place.</param>
/// <param name="Norm">The norm that was held against the tolerance, when last measured.</param>
/// <param name="Iterations">How many iterations were made.</param>
/// <param name="Counts">What was asked of the problem.</param>
/// <param name="Ending">Why it ended, with advice.</param>
public sealed record ProcedureResult(
    IReadOnlyList<double> Point, double Value, double Norm, long Iterations, QueryCounts Counts, Ending Ending)
{
    /// <summary>The point of the best value seen; <see cref="Point"/> where only the last is known.</summary>
    public IReadOnlyList<double> BestPoint { get; init; } = Point;
}
