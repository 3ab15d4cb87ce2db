using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>What AdAdaGrad came to.</summary>
/// <param name="Result">Point, value, counts and ending.</param>
/// <param name="Batches">The batch of each iteration.</param>
public sealed record AdaDaGradResult(ProcedureResult Result, IReadOnlyList<int> Batches);
