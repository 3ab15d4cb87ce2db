using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of Adafactor.</summary>
public sealed record AdafactorOptions : MethodOptions, ILearningRate
{
    /// <summary>Step size ρ: with relative steps the greatest one, without them the one. Range: 0 or above. Default: 1e-2.</summary>
    [Option("the step size, or with relative steps the greatest one", Minimum = 0, Usual = "1e-3 to 1e-2")]
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>β1: how slowly the mean of updates forgets; 0: none is kept, which saves its memory. Range: [0, 1). Default: 0.</summary>
    [Option("how slowly the mean of updates forgets; 0 for none, which saves its memory", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0 or 0.9")]
    public double Beta1 { get; init; }

    /// <summary>The power of t in β2 = 1 - t^power. Range: [-1, 0). Default: -0.8.</summary>
    [Option("the power of t in beta2 = 1 - t^power", Minimum = -1, Maximum = 0, ExcludesMaximum = true, Usual = "-0.8")]
    public double DecayRate { get; init; } = -0.8;

    /// <summary>ε1, added to each squared gradient. Range: 0 or above. Default: 1e-30.</summary>
    [Option("added to each squared gradient", Minimum = 0, Usual = "1e-30")]
    public double Epsilon1 { get; init; } = 1e-30;

    /// <summary>ε2: the least size of a parameter that scales its steps; only where they are scaled. Range: 0 or above. Default: 1e-3.</summary>
    [Option("the least size of a parameter that scales its steps", Minimum = 0, Usual = "1e-3")]
    public double Epsilon2 { get; init; } = 1e-3;

    /// <summary>d: the greatest root mean square of an update. Range: above 0. Default: 1.</summary>
    [Option("the greatest root mean square of an update", Minimum = 0, ExcludesMinimum = true, Usual = "1")]
    public double ClipThreshold { get; init; } = 1;

    /// <summary>Whether steps are multiplied by the root mean square of the parameter. Default: true.</summary>
    [Option("whether steps are multiplied by the root mean square of the parameter")]
    public bool ScaleParameter { get; init; } = true;

    /// <summary>Whether the step size falls as 1 / sqrt(t) once that is below the learning rate. Default: true.</summary>
    [Option("whether the step size falls as 1 / sqrt(t) once that is below the learning rate")]
    public bool RelativeStep { get; init; } = true;

    /// <summary>Whether relative steps begin at 1e-6 and rise by 1e-6 a step. Default: false.</summary>
    [Option("whether relative steps begin at 1e-6 and rise by 1e-6 a step")]
    public bool WarmupInit { get; init; }

    /// <summary>λ: how strongly parameters shrink, apart from the gradient. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters shrink, apart from the gradient", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; }

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
                !WarmupInit || RelativeStep,
                WarmupInit,
                "has no effect without relative steps",
                "Set AdafactorOptions.RelativeStep, or leave WarmupInit off.")
            .Require(
                ScaleParameter || Epsilon2 == 1e-3,
                Epsilon2,
                "has no effect while steps are not scaled by the parameter",
                "Set AdafactorOptions.ScaleParameter, or leave Epsilon2 at 1e-3.");
    }
}
