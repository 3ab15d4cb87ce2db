namespace Nabla.Core;

/// <summary>A sum over elements that a rule needs before its update.</summary>
/// <param name="Name">The name used in the scalar definitions.</param>
/// <param name="Scope">Over what it sums.</param>
public readonly record struct Reduction(string Name, ReductionScope Scope);
