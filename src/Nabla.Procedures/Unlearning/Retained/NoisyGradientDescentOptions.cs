using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of noisy gradient descent.</summary>
public sealed record NoisyGradientDescentOptions : UnlearnerOptions
{
    /// <summary>σ: the standard deviation of the noise on each entry of the gradient. Range: 0 or above. Default: 0.1.</summary>
    [Option("standard deviation of the noise on gradients", Minimum = 0, Usual = "0.1 to 1")]
    public double NoiseSig { get; init; } = 0.1;

    /// <inheritdoc/>
    public override IUnlearner Create() => new NoisyGradientDescent(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
