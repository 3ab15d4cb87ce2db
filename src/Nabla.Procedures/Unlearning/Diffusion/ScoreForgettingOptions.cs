using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of score forgetting distillation; names and defaults are those of the authors' runs on CIFAR-10.</summary>
/// <remarks>Times are shares of the schedule σ(t)² = exp(0.1 t + 9.95 t²) - 1, on which the authors' models have a thousand points.</remarks>
public sealed record ScoreForgettingOptions : MethodOptions
{
    /// <summary>The class that is to be forgotten. Range: 0 or above. Default: 0.</summary>
    [Option("class that is to be forgotten", Minimum = 0)]
    public int LabelToForget { get; init; }

    /// <summary>The class that takes its place; -1 draws one of the others for each sample. Range: -1 or above. Default: 1.</summary>
    [Option("class that takes its place, -1 for any other", Minimum = -1)]
    public int LabelToOverride { get; init; } = 1;

    /// <summary>α of the generator's loss. Range: all. Default: 1.2.</summary>
    [Option("weight of the squared difference of scores in the generator's loss", Usual = "0.5 to 1.2")]
    public double Alpha { get; init; } = 1.2;

    /// <summary>The weight of kept classes in the loss of the fake score. Range: 0 or above. Default: 1.</summary>
    [Option("weight of kept classes in the fake score's loss", Minimum = 0, Usual = "1")]
    public double SgRemainCoef { get; init; } = 1;

    /// <summary>The weight of the class to forget in the loss of the fake score. Range: 0 or above. Default: 0.01.</summary>
    [Option("weight of the class to forget in the fake score's loss", Minimum = 0, Usual = "0.01 to 1")]
    public double SgForgetCoef { get; init; } = 0.01;

    /// <summary>The weight of kept classes in the generator's loss. Range: 0 or above. Default: 1.</summary>
    [Option("weight of kept classes in the generator's loss", Minimum = 0, Usual = "1")]
    public double GRemainCoef { get; init; } = 1;

    /// <summary>The weight of the class to forget in the generator's loss. Range: 0 or above. Default: 0.01.</summary>
    [Option("weight of the class to forget in the generator's loss", Minimum = 0, Usual = "0.01 to 1")]
    public double GForgetCoef { get; init; } = 0.01;

    /// <summary>The least time at which scores are compared. Range: above 0, below 1. Default: 0.038, σ = 0.135.</summary>
    [Option("least time at which scores are compared", Minimum = 0, ExcludesMinimum = true, Maximum = 1)]
    public double TMin { get; init; } = 0.038;

    /// <summary>The greatest time at which scores are compared. Range: above TMin, to 1. Default: 0.712, σ = 12.9.</summary>
    [Option("greatest time at which scores are compared", Minimum = 0, ExcludesMinimum = true, Maximum = 1)]
    public double TMax { get; init; } = 0.712;

    /// <summary>The time whose noise the generator turns into a sample. Range: above 0, to 1. Default: 0.44, σ = 2.5.</summary>
    [Option("time whose noise the generator starts from", Minimum = 0, ExcludesMinimum = true, Maximum = 1)]
    public double TInit { get; init; } = 0.44;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(TMax > TMin, TMax, "must be above TMin", "Raise TMax or lower TMin.");
        guard.Require(
            LabelToOverride != LabelToForget,
            LabelToOverride,
            "must be another class than LabelToForget",
            "Name a class to keep, or -1 for any of them.");
        guard.Require(
            SgForgetCoef > 0 || GForgetCoef == 0,
            SgForgetCoef,
            "must be above 0 where GForgetCoef is",
            "The generator would follow a fake score that nobody trains.");
        guard.Require(
            SgRemainCoef > 0 || GRemainCoef == 0,
            SgRemainCoef,
            "must be above 0 where GRemainCoef is",
            "The generator would follow a fake score that nobody trains.");
        guard.Require(GRemainCoef + GForgetCoef > 0, GRemainCoef, "must be above 0 where GForgetCoef is 0", "Nothing would be trained.");
    }
}
