using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>What retraining came to. The base is the model itself.</summary>
/// <param name="Ending">Why it ended, with advice.</param>
/// <param name="Rounds">Rounds made.</param>
/// <param name="Losses">For each task the loss of the last batch whose gradient was taken.</param>
/// <param name="Counts">Gradients of batches, and products with second derivatives.</param>
public sealed record RetrainingResult(Ending Ending, long Rounds, IReadOnlyList<double> Losses, QueryCounts Counts);
