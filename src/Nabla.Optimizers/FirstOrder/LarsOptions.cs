using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of LARS.</summary>
public sealed record LarsOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η: scales every step. Range: 0 or above. Default: 1.</summary>
    [Option("scales every step", Minimum = 0, Usual = "0.1 to 10")]
    public double LearningRate { get; init; } = 1;

    /// <summary>Momentum μ: how much of the last direction is kept. Range: [0, 1). Default: 0.9.</summary>
    [Option("how much of the last direction is kept", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9")]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Dampening τ: how much of each new direction momentum leaves out. Range: [0, 1]. Default: 0.</summary>
    [Option("how much of each new direction momentum leaves out", Minimum = 0, Maximum = 1)]
    public double Dampening { get; init; }

    /// <summary>Whether the step looks ahead along the momentum. Needs momentum and no dampening. Default: false.</summary>
    [Option("whether the step looks ahead along the momentum")]
    public bool Nesterov { get; init; }

    /// <summary>Weight decay λ, added to the gradient times the parameter. At 0 a group is not adapted, unless AlwaysAdapt is set. Range: 0 or above. Default: 5e-4.</summary>
    [Option("how strongly parameters are pulled to zero, through the gradient; 0 also switches adaptation off", Minimum = 0, Usual = "1e-4 to 1e-3")]
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>η: how far a step may go, as a share of the tensor's norm. Range: 0 or above. Default: 1e-3.</summary>
    [Option("how far a step may go, as a share of the tensor's norm", Minimum = 0, Usual = "1e-3 to 1e-2")]
    public double TrustCoefficient { get; init; } = 1e-3;

    /// <summary>ε: keeps the division finite. Range: 0 or above. Default: 1e-8.</summary>
    [Option("keeps the division finite", Minimum = 0, Usual = "1e-8")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether tensors without weight decay are adapted too; with weight decay they are in any case. Default: false.</summary>
    [Option("whether tensors without weight decay are adapted too")]
    public bool AlwaysAdapt { get; init; }

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
                Dampening == 0 || Momentum > 0,
                Dampening,
                "has no effect without momentum",
                "Set LarsOptions.Momentum above 0, or leave Dampening at 0.")
            .Require(
                !Nesterov || Momentum > 0,
                Nesterov,
                "has no effect without momentum",
                "Set LarsOptions.Momentum above 0, usually 0.9.")
            .Require(
                !Nesterov || Dampening == 0,
                Nesterov,
                "is defined without dampening only",
                "Leave LarsOptions.Dampening at 0.")
            .Require(
                !AlwaysAdapt || WeightDecay == 0,
                AlwaysAdapt,
                "has no effect with weight decay",
                "Set LarsOptions.WeightDecay to 0, or leave AlwaysAdapt off.");
    }
}
