namespace Nabla.Core;

/// <summary>Options of <see cref="ClipByNorm"/>.</summary>
public sealed record ClipByNormOptions : MethodOptions
{
    /// <summary>The greatest norm of all gradients together. Range: above 0. Default: 1.</summary>
    [Option("greatest norm of all gradients together", Minimum = 0, ExcludesMinimum = true)]
    public double Limit { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
