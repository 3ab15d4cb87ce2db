using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of Reptile.</summary>
public sealed record ReptileOptions : MethodOptions
{
    /// <summary>s: steps on a task before the base moves towards where they led. Range: 1 or above. Default: 5.</summary>
    [Option("steps on a task before the base moves", Minimum = 1, Usual = "5 to 20")]
    public int InnerSteps { get; init; } = 5;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
