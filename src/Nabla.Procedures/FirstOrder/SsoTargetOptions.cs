using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of surrogate optimization in target space.</summary>
public sealed record SsoTargetOptions : MethodOptions
{
    /// <summary>
    /// η: the step in target space; at most 1 / (smoothness of a sample's loss in its targets) for a surrogate that
    /// lies above the loss. Range: above 0. Default: 1.
    /// </summary>
    [Option("step in target space, at most 1 / smoothness of a sample's loss", Minimum = 0, ExcludesMinimum = true, Usual = "4 for logistic, 1 for squared and softmax losses")]
    public double TargetRate { get; init; } = 1;

    /// <summary>How η falls. Default: constant.</summary>
    [Option("how the step in target space falls")]
    public TargetSchedule Schedule { get; init; } = TargetSchedule.Constant;

    /// <summary>m: steps on each surrogate. Range: 1 or above. Default: 10.</summary>
    [Option("steps on each surrogate", Minimum = 1, Usual = "1 to 100")]
    public int SurrogateSteps { get; init; } = 10;

    /// <summary>α: the step on a surrogate; with a line search, where the search begins. Range: above 0. Default: 10.</summary>
    [Option("step on a surrogate, or where its line search begins", Minimum = 0, ExcludesMinimum = true)]
    public double LearningRate { get; init; } = 10;

    /// <summary>Whether steps on a surrogate are halved until they descend enough (Armijo). Default: true.</summary>
    [Option("whether steps on a surrogate are halved until they descend enough")]
    public bool LineSearch { get; init; } = true;

    /// <summary>Samples a gradient call; 0 for all. Range: 0 or above. Default: 0.</summary>
    [Option("samples a gradient call, 0 for all", Minimum = 0)]
    public int BatchSize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
