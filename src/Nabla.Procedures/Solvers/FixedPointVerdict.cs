namespace Nabla.Procedures.Solvers;

/// <summary>Whether a map has a fixed point, as far as was seen.</summary>
public enum FixedPointVerdict
{
    /// <summary>Neither is clear yet.</summary>
    Undecided,

    /// <summary>A point moves by no more than the tolerance.</summary>
    Exists,

    /// <summary>Every point moves at least by about the displacement that was found.</summary>
    None,
}
