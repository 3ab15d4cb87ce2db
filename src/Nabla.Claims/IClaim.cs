namespace Nabla.Claims;

/// <summary>An experiment that can be rerun and says whether its claim holds. One file a claim, with its mutants.</summary>
public interface IClaim
{
    /// <summary>The names of the deliberate defects of the method; each must change the verdict. At least one.</summary>
    IReadOnlyList<string> Mutants { get; }

    /// <summary>Runs the experiment; the same context gives the same figures.</summary>
    ClaimOutcome Run(ClaimContext context);
}
