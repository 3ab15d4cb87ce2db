using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of MAML.</summary>
public sealed record MamlOptions : MethodOptions
{
    /// <summary>s: gradient steps on a task before its query gradient is taken. Range: 1 or above. Default: 1.</summary>
    [Option("gradient steps on a task before its query gradient is taken", Minimum = 1, Usual = "1 to 5")]
    public int InnerSteps { get; init; } = 1;

    /// <summary>a: the rate of these steps. Range: above 0. Default: 0.01.</summary>
    [Option("rate of the steps on a task", Minimum = 0, ExcludesMinimum = true, Usual = "1e-3 to 0.4")]
    public double InnerRate { get; init; } = 0.01;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
