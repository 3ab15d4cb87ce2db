namespace Nabla.Core;

/// <summary>A sum over elements that a rule needs before its update.</summary>
/// <param name="Name">The name used in the scalar definitions.</param>
/// <param name="Scope">Over what it sums.</param>
/// <param name="Pass">
/// In which pass over memory it is summed, from 0: the summands of a later pass see scalars that were prepared with the
/// sums of the earlier ones.
/// </param>
public readonly record struct Reduction(string Name, ReductionScope Scope, int Pass = 0);
