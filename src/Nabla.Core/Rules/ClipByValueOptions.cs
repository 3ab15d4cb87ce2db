namespace Nabla.Core;

/// <summary>Options of <see cref="ClipByValue"/>.</summary>
public sealed record ClipByValueOptions : MethodOptions
{
    /// <summary>The greatest absolute value an element of the gradient keeps. Range: above 0. Default: 1.</summary>
    [Option("greatest absolute value of a gradient element", Minimum = 0, ExcludesMinimum = true)]
    public double Limit { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
