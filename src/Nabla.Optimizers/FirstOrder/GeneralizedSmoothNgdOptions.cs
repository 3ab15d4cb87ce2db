using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of β-normalized gradient descent.</summary>
public sealed record GeneralizedSmoothNgdOptions : MethodOptions, ILearningRate
{
    /// <summary>Step size η: the length of a step when beta is 1. Range: 0 or above. Default: 0.01.</summary>
    [Option("the length of a step when beta is 1", Minimum = 0, Usual = "1e-3 to 1e-1")]
    public double LearningRate { get; init; } = 0.01;

    /// <summary>β: the power of the gradient norm that divides; 0 is gradient descent, 1 gives steps of one length. Range: [0, 1]. Default: 1.</summary>
    [Option("the power of the gradient norm that divides; 0 is gradient descent, 1 gives steps of one length", Minimum = 0, Maximum = 1, Usual = "2/3 for quartics, 1 for exponentials")]
    public double Beta { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
