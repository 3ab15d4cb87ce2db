namespace Nabla.Online.Matrices;

/// <summary>How a game ended.</summary>
/// <param name="Regrets">Regret after each round: Σ ⟨G_t, X_t⟩ + D ‖S_t‖_*.</param>
/// <param name="Bound">Theorem 4's bound on the last regret, or null when it does not apply.</param>
/// <param name="TraceRoot">Tr sqrt(M_T), the scale of adaptive bounds.</param>
/// <param name="LargestNorm">The largest operator norm of a decision; at most D.</param>
/// <param name="Decompositions">Decompositions the learner made.</param>
public sealed record MatrixGameResult(
    IReadOnlyList<double> Regrets, double? Bound, double TraceRoot, double LargestNorm, long Decompositions)
{
    /// <summary>The regret after the last round.</summary>
    public double Regret => Regrets[^1];
}
