namespace Nabla.Claims;

/// <summary>What an experiment says about its claim.</summary>
public enum Verdict
{
    /// <summary>The figures agree with the claim.</summary>
    Holds,

    /// <summary>The figures contradict the claim.</summary>
    Fails,

    /// <summary>The noise is too large to tell.</summary>
    Inconclusive,
}
