using Nabla.Procedures.Convex;

namespace Nabla.Experiments.ConvexNetworks;

/// <summary>What came out of training a convex network on a file.</summary>
/// <param name="Run">The run's id in the store.</param>
/// <param name="Summary">One sentence about the data.</param>
/// <param name="TrainingRows">Rows that were trained on.</param>
/// <param name="ValidationRows">Rows that were kept out.</param>
/// <param name="File">The model.</param>
/// <param name="Result">What the method came to, on scaled features.</param>
/// <param name="TrainingError">Of numbers the root of the mean square in units of the label, of classes the share of wrong rows.</param>
/// <param name="ValidationError">The same on the rows that were kept out; null without any.</param>
/// <param name="Certified">The share of all rows that are right however features move within the radius; null for numbers or without a radius.</param>
/// <param name="ModelPath">Full path of the model.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ConvexNetOutcome(
    string Run,
    string Summary,
    int TrainingRows,
    int ValidationRows,
    ConvexNetFile File,
    ConvexReluResult Result,
    double TrainingError,
    double? ValidationError,
    double? Certified,
    string ModelPath,
    double Seconds);
