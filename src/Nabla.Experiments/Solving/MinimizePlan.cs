namespace Nabla.Experiments;

/// <summary>What <c>nabla minimize</c> does: one problem, one solver, when to stop.</summary>
public sealed record MinimizePlan
{
    /// <summary>
    /// The problem, as <see cref="Nabla.Problems.Solving.SolverProblems.Find"/> takes it; with <see cref="MinimizeRun.ConstrainedSolver"/>
    /// one of <see cref="Nabla.Problems.Solving.ConstrainedProblems.All"/>.
    /// </summary>
    public required string Problem { get; init; }

    /// <summary>The catalogue name of the solver.</summary>
    public required string Solver { get; init; }

    /// <summary>Options of the solver by name; those not named have their defaults.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Where to begin; null: the problem's own start.</summary>
    public IReadOnlyList<double>? Start { get; init; }

    /// <summary>The most iterations; 1 or more. Default: 10 000.</summary>
    public int Iterations { get; init; } = 10_000;

    /// <summary>The most gradient queries; 1 or more; null: no limit.</summary>
    public long? GradientQueries { get; init; }

    /// <summary>The most value queries; 1 or more; null: no limit.</summary>
    public long? ValueQueries { get; init; }

    /// <summary>The norm of the gradient that ends the run; 0 or above. Default: 1e-6.</summary>
    public double Tolerance { get; init; } = 1e-6;

    /// <summary>Whether the gradient at the start is held against differences of values first.</summary>
    public bool CheckGradient { get; init; }

    /// <summary>Decides what a solver draws. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>The folder of the store; null: the default.</summary>
    public string? Home { get; init; }
}
