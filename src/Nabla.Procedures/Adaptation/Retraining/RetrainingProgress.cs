using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Where retraining is.</summary>
/// <param name="Round">Rounds made.</param>
/// <param name="Losses">For each task the loss of the last batch whose gradient was taken.</param>
/// <param name="Counts">Gradients of batches and products with second derivatives so far.</param>
public sealed record RetrainingProgress(long Round, IReadOnlyList<double> Losses, QueryCounts Counts);
