namespace Nabla.Dashboard.Claims;

/// <summary>The body of a request to rerun a claim.</summary>
/// <param name="Claim">Name of the claim.</param>
/// <param name="Full">Whether at the scale for people.</param>
internal sealed record ClaimRequest(string Claim, bool Full = false);
