namespace Nabla.Core;

/// <summary>Which checkpoint was loaded.</summary>
/// <param name="Path">Full path of its folder.</param>
/// <param name="Step">The step it was saved at.</param>
/// <param name="Skipped">A sentence for every newer checkpoint that was damaged and passed over; usually none.</param>
public sealed record LoadedCheckpoint(string Path, long Step, IReadOnlyList<string> Skipped);
