using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of adding the difference of two models.</summary>
public sealed record ReasoningVectorsOptions : MethodOptions
{
    /// <summary>α: how much of the difference is added; below 0 it is subtracted. Range: any number. Default: 1.</summary>
    [Option("how much of the difference is added; below 0 it is subtracted", Usual = "0.5 to 1, or -1")]
    public double Alpha { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
