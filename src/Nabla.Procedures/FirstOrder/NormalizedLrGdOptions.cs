using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of normalized logistic regression by gradient descent.</summary>
public sealed record NormalizedLrGdOptions : MethodOptions, ILearningRate
{
    /// <summary>γ: how far a step goes; large values make the weights those of the perceptron. Range: above 0. Default: 1.</summary>
    [Option("how far a step goes; large values make weights those of the perceptron", Minimum = 0, ExcludesMinimum = true, Usual = "1 to 1e4")]
    public double LearningRate { get; init; } = 1;

    /// <summary>How the weighted sum of examples becomes a step. Default: normalized.</summary>
    [Option("how the weighted sum of examples becomes a step")]
    public LogisticStep Step { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
