namespace Nabla.Core;

/// <summary>
/// A finite sum that is a loss of targets which a model computes, such as logits. The gradient of the loss in the
/// targets is what is expensive; the model itself is cheap.
/// </summary>
public interface ITargetModel
{
    /// <summary>How many numbers a point (the model's parameters) has; at least 1.</summary>
    int Dimension { get; }

    /// <summary>How many samples there are; at least 1.</summary>
    int Count { get; }

    /// <summary>How many targets a sample has; at least 1.</summary>
    int TargetsPerSample { get; }

    /// <summary>The model: the targets of some samples.</summary>
    /// <param name="samples">Numbers of samples, at least one.</param>
    /// <param name="point"><see cref="Dimension"/> numbers.</param>
    /// <param name="targets">Overwritten; row by row, <see cref="TargetsPerSample"/> numbers a sample.</param>
    void Targets(ReadOnlySpan<int> samples, ReadOnlySpan<double> point, Span<double> targets);

    /// <summary>The loss of targets, a mean over samples. This is the expensive oracle.</summary>
    /// <param name="samples">Numbers of samples, at least one.</param>
    /// <param name="targets">As <see cref="Targets"/> gives them.</param>
    /// <param name="gradient">
    /// Overwritten: for each sample the gradient of its own loss (not divided by the number of samples); empty when
    /// only the value is wanted.
    /// </param>
    /// <returns>The mean loss.</returns>
    double Loss(ReadOnlySpan<int> samples, ReadOnlySpan<double> targets, Span<double> gradient);

    /// <summary>Carries a gradient in the targets back to the parameters: the sum over samples of J' w.</summary>
    /// <param name="samples">Numbers of samples, at least one.</param>
    /// <param name="point"><see cref="Dimension"/> numbers.</param>
    /// <param name="weights">w: as many numbers as targets.</param>
    /// <param name="gradient">Overwritten with <see cref="Dimension"/> numbers.</param>
    void PullBack(
        ReadOnlySpan<int> samples, ReadOnlySpan<double> point, ReadOnlySpan<double> weights, Span<double> gradient);
}
