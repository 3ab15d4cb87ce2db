namespace Nabla.Core;

/// <summary>Options of <see cref="DecoupledDecay"/>.</summary>
public sealed record DecoupledDecayOptions : MethodOptions
{
    /// <summary>The part of the parameter taken away each step. Range: [0, 1). Default: 1e-5.</summary>
    [Option("part of the parameter taken away each step", Minimum = 0, Maximum = 1, ExcludesMaximum = true)]
    public double Rate { get; init; } = 1e-5;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
