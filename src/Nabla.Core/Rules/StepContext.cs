namespace Nabla.Core;

/// <summary>What a rule may look at when it prepares the numbers of a step.</summary>
/// <param name="step">How often this parameter has been updated, this time included; from 1.</param>
/// <param name="loss">The loss of the step, if the caller gave one.</param>
/// <param name="reductions">The sums the rule asked for, in its order.</param>
public readonly ref struct StepContext(long step, double? loss, ReadOnlySpan<double> reductions)
{
    /// <summary>How often this parameter has been updated, this time included; from 1.</summary>
    public long Step { get; } = step;

    /// <summary>The loss of the step, if the caller gave one.</summary>
    public double? Loss { get; } = loss;

    /// <summary>The sums the rule asked for, in its order.</summary>
    public ReadOnlySpan<double> Reductions { get; } = reductions;

    internal StepContext SkipReductions(int count) => new(Step, Loss, Reductions[count..]);
}
