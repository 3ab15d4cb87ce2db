namespace Nabla.OperatorGenerator;

/// <summary>Generated files by name, what had to be left out and why, and the number of methods.</summary>
internal sealed record GeneratedSource(
    IReadOnlyDictionary<string, string> Files,
    IReadOnlyList<string> Dropped,
    int MethodCount);
