namespace Nabla.Dashboard.Claims;

/// <summary>How a rerun stands, as scripts read it.</summary>
/// <param name="Job">Number of the rerun.</param>
/// <param name="Claim">Name of the claim.</param>
/// <param name="Mode"><c>quick</c> or <c>full</c>.</param>
/// <param name="Status"><c>waiting</c>, <c>running</c>, <c>done</c>, <c>failed</c> or <c>cancelled</c>.</param>
/// <param name="Message">What the experiment last said; empty at first.</param>
/// <param name="Verdict">The verdict, or null.</param>
/// <param name="Seconds">How long it has been running.</param>
/// <param name="Expected">How long quick mode takes on two cores; null for full mode.</param>
public sealed record ClaimJobState(
    long Job, string Claim, string Mode, string Status, string Message, string? Verdict, double Seconds, double? Expected);
