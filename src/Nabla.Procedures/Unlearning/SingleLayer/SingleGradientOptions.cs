using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of unlearning by a single gradient of a single layer.</summary>
public sealed record SingleGradientOptions : UnlearnerOptions
{
    /// <summary>How many step sizes are tried for each layer on the front. Range: 1 or above. Default: 10.</summary>
    [Option("step sizes tried for each layer", Minimum = 1, Usual = "5 to 10")]
    public int Evaluations { get; init; } = 10;

    /// <summary>An answer counts as right when its class is among so many with the largest logits. Range: 1 or above. Default: 1.</summary>
    [Option("classes of largest logits among which an answer counts as right", Minimum = 1, Usual = "1 or 5")]
    public int TopK { get; init; } = 1;

    /// <summary>The accuracy on examples to forget at which a step is long enough. Range: 0 to 1. Default: 0.</summary>
    [Option("accuracy on the forgotten at which a step is long enough", Minimum = 0, Maximum = 1)]
    public double TargetAccuracy { get; init; }

    /// <inheritdoc/>
    public override IUnlearner Create() => new SingleGradient(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
