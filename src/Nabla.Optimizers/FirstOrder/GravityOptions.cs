using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of Gravity.</summary>
public sealed record GravityOptions : MethodOptions, ILearningRate
{
    /// <summary>Step size η: how far a step goes along the velocity. Range: above 0. Default: 0.1.</summary>
    [Option("how far a step goes along the velocity", Minimum = 0, ExcludesMinimum = true, Usual = "0.01 to 0.1")]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>α: how far the random first velocity moves each element in its first step, about. Range: 0 or above. Default: 0.01.</summary>
    [Option("how far the random first velocity moves each element in its first step, about", Minimum = 0, Usual = "0 to 0.01")]
    public double Alpha { get; init; } = 0.01;

    /// <summary>β: how slowly the velocity forgets after many steps. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the velocity forgets after many steps", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9")]
    public double Beta { get; init; } = 0.9;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
