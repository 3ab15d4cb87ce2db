using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of fusing fine-tuned copies.</summary>
public sealed record FuseOptions : MethodOptions
{
    /// <summary>How far the base goes towards the mean of the copies; 1 is the mean. Range: any number. Default: 1.</summary>
    [Option("how far the base goes towards the mean of the copies; 1 is the mean", Usual = "1")]
    public double Scale { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
