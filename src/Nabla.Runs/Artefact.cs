namespace Nabla.Runs;

/// <summary>A file that a run left: a report, a picture, an exported model.</summary>
/// <param name="Name">A name that is unique within the run.</param>
/// <param name="Kind">What it is, for example <c>report</c>.</param>
/// <param name="Path">Full path of the file; the store does not hold the file itself.</param>
public sealed record Artefact(string Name, string Kind, string Path);
