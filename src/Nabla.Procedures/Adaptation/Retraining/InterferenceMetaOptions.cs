using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of meta-learning against interference.</summary>
public sealed record InterferenceMetaOptions : MethodOptions
{
    /// <summary>Steps along a stream before the loss on all of it is taken. Range: 1 or above. Default: 10.</summary>
    [Option("steps along a stream before the loss on all of it is taken", Minimum = 1, Usual = "10 to 400")]
    public int InnerSteps { get; init; } = 10;

    /// <summary>The rate of these steps. Range: above 0. Default: 0.01.</summary>
    [Option("rate of the steps along the stream", Minimum = 0, ExcludesMinimum = true, Usual = "1e-3 to 0.1")]
    public double InnerRate { get; init; } = 0.01;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
