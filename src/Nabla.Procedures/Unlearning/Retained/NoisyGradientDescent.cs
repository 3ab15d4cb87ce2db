using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Descent on the loss of the examples to keep, with normal noise on every gradient.</summary>
/// <remarks>
/// <para>Update: the optimizer's, on the gradient plus N(0, noiseSig²) in every entry.</para>
/// <para>Needs: examples to keep.</para>
/// <para>Choose it: as a baseline; the noise hides what the gradients say, of both sets.</para>
/// </remarks>
/// <param name="options">The noise.</param>
[Method("noisy-gradient-descent", Family.Unlearning, Paper = "arXiv:2403.14617", Title = "Langevin Unlearning: A New Perspective of Noisy Gradient Descent for Machine Unlearning")]
[Departs("The paper projects and proves bounds for small steps; this is the loss and noise of the comparison in arXiv:2505.22601.")]
public sealed class NoisyGradientDescent(NoisyGradientDescentOptions options) : RetainDescent, ICataloguedMethod<NoisyGradientDescentOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["g = grad J(theta; batch to keep) + noiseSig * N(0, I)", "theta <- theta - optimizer(g)"];

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override void WithGradients(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (options.NoiseSig == 0)
        {
            return;
        }

        foreach (var parameter in batch.Task.Model.Parameters)
        {
            if (parameter.Gradient is { } gradient)
            {
                var noise = batch.Random.NextGaussians(gradient.Shape);
                gradient.CopyFrom(gradient + (noise.To(gradient.Device, gradient.DType) * options.NoiseSig));
            }
        }
    }
}
