using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of first-order MAML.</summary>
public sealed record FomamlOptions : MethodOptions
{
    /// <summary>s: steps on a task before its query gradient is taken. Range: 1 or above. Default: 5.</summary>
    [Option("steps on a task before its query gradient is taken", Minimum = 1, Usual = "1 to 10")]
    public int InnerSteps { get; init; } = 5;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
