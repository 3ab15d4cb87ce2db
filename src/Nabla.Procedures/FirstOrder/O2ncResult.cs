using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>What the online-to-non-convex conversion came to.</summary>
/// <param name="Result">The center of a block drawn at random, which is what the theorem is about; its value is the block's gradient norm.</param>
/// <param name="Blocks">All blocks that were finished.</param>
public sealed record O2ncResult(ProcedureResult Result, IReadOnlyList<O2ncBlock> Blocks);
