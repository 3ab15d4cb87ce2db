using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of Rprop.</summary>
public sealed record RpropOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η that each element begins with. Range: 0 or above. Default: 1e-2.</summary>
    [Option("the step size each element begins with", Minimum = 0, Usual = "1e-3 to 1e-1")]
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>η-: what a step size is multiplied by where the gradient changed its sign. Range: (0, 1). Default: 0.5.</summary>
    [Option("what a step size is multiplied by where the gradient changed its sign", Minimum = 0, ExcludesMinimum = true, Maximum = 1, ExcludesMaximum = true, Usual = "0.5")]
    public double EtaMinus { get; init; } = 0.5;

    /// <summary>η+: what a step size is multiplied by where the gradient kept its sign. Range: above 1. Default: 1.2.</summary>
    [Option("what a step size is multiplied by where the gradient kept its sign", Minimum = 1, ExcludesMinimum = true, Usual = "1.2")]
    public double EtaPlus { get; init; } = 1.2;

    /// <summary>The least step size. Range: 0 or above. Default: 1e-6.</summary>
    [Option("the least step size", Minimum = 0, Usual = "1e-6")]
    public double StepSizeMin { get; init; } = 1e-6;

    /// <summary>The greatest step size. Range: above 0. Default: 50.</summary>
    [Option("the greatest step size", Minimum = 0, ExcludesMinimum = true, Usual = "50")]
    public double StepSizeMax { get; init; } = 50;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            StepSizeMin <= StepSizeMax,
            StepSizeMin,
            "must not be above StepSizeMax",
            "Set RpropOptions.StepSizeMin below RpropOptions.StepSizeMax.");
    }
}
