using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of averaged stochastic gradient descent.</summary>
public sealed record AsgdOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η: how far a step goes along the gradient at first. Range: 0 or above. Default: 1e-2.</summary>
    [Option("how far a step goes along the gradient at first", Minimum = 0, Usual = "1e-3 to 1e-1")]
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>λ: how strongly parameters shrink, apart from the gradient, and how fast the step size falls. Range: 0 or above. Default: 1e-4.</summary>
    [Option("how strongly parameters shrink, and how fast the step size falls", Minimum = 0, Usual = "1e-5 to 1e-3")]
    public double Lambd { get; init; } = 1e-4;

    /// <summary>The power by which the step size falls. Range: 0 or above. Default: 0.75.</summary>
    [Option("the power by which the step size falls", Minimum = 0, Usual = "0.5 to 1")]
    public double Alpha { get; init; } = 0.75;

    /// <summary>The step after which parameters are averaged. Range: 0 or above. Default: 1e6.</summary>
    [Option("the step after which parameters are averaged; before it the average is the parameter itself", Minimum = 0, Usual = "one or a few passes over the data")]
    public double T0 { get; init; } = 1e6;

    /// <summary>Weight decay λ, added to the gradient times the parameter. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters are pulled to zero, through the gradient", Minimum = 0, Usual = "0 to 1e-3")]
    public double WeightDecay { get; init; }

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            Alpha == 0.75 || Lambd > 0,
            Alpha,
            "has no effect while Lambd is 0",
            "Set AsgdOptions.Lambd above 0, or leave Alpha at 0.75.");
    }
}
