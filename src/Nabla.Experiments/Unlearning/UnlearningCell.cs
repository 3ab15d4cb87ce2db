namespace Nabla.Experiments.Unlearning;

/// <summary>One run of a study.</summary>
/// <param name="Method">The method, <c>original</c> for the model before.</param>
/// <param name="Seed">The number of the seed, from 0.</param>
/// <param name="Figures">What was measured, by name.</param>
public sealed record UnlearningCell(string Method, int Seed, IReadOnlyDictionary<string, double> Figures);
