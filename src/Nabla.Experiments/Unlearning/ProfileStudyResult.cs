namespace Nabla.Experiments.Unlearning;

/// <summary>A comparison of methods of unlearning.</summary>
/// <param name="Plan">What was compared.</param>
/// <param name="Original">The model that knows everything.</param>
/// <param name="Retrained">The model that never saw the examples.</param>
/// <param name="Methods">What each method came to.</param>
/// <param name="Findings">Whether methods stand where their papers put them.</param>
/// <param name="Seconds">Time of the whole comparison, training of models included.</param>
/// <param name="Report">The page.</param>
public sealed record ProfileStudyResult(
    ProfileStudyPlan Plan,
    ModelAudit Original,
    ModelAudit Retrained,
    IReadOnlyList<StudiedMethod> Methods,
    IReadOnlyList<StudyFinding> Findings,
    double Seconds,
    string Report)
{
    /// <summary>Where the settings come from, and what they are.</summary>
    public required ProfileSettings Settings { get; init; }

    /// <summary>Where a calibration wrote them; null where none was asked for.</summary>
    public string? SettingsFile { get; init; }
}
