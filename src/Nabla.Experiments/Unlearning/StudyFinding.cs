namespace Nabla.Experiments.Unlearning;

/// <summary>Whether a method stands where its paper puts it, as computed from a study.</summary>
/// <param name="Method">The method.</param>
/// <param name="Says">What the paper says.</param>
/// <param name="Holds">Whether the study shows the same.</param>
/// <param name="Sentence">The figures.</param>
public sealed record StudyFinding(string Method, string Says, bool Holds, string Sentence);
