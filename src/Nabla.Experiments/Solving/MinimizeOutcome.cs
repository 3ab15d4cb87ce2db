using Nabla.Core;

namespace Nabla.Experiments;

/// <summary>What <c>nabla minimize</c> came to.</summary>
/// <param name="Run">The run's id in the store.</param>
/// <param name="Problem">The problem.</param>
/// <param name="Solver">The solver.</param>
/// <param name="Result">The last and the best point, counts and ending.</param>
/// <param name="BestNorm">The norm of the gradient at the best point; under constraints that of the Lagrangian's gradient and the constraints.</param>
/// <param name="Minima">The known values of minima from the least up; empty: none is known.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record MinimizeOutcome(
    string Run,
    string Problem,
    string Solver,
    ProcedureResult Result,
    double BestNorm,
    IReadOnlyList<double> Minima,
    double Seconds)
{
    /// <summary>The best value that was seen; under constraints that of the last point.</summary>
    public double Value => Violation is null ? Result.Ending.BestValue ?? Result.Value : Result.Value;

    /// <summary>The norm of the constraints at the last point; null where there are none.</summary>
    public double? Violation { get; init; }

    /// <summary>One number a constraint; empty where there are none.</summary>
    public IReadOnlyList<double> Multipliers { get; init; } = [];
}
