using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Keeps slow weights beside the ones that are trained on one task after the other, and uses the slow ones.</summary>
/// <remarks>
/// <para>Update: every interval steps slow = momentum slow + (1 - momentum) fast, from the trained start; training does not see
/// the slow weights.</para>
/// <para>Needs: a copy of the weights. It goes with any way to train, with a memory of earlier tasks or without.</para>
/// <para>Choose it: for a strong trained model that goes through a sequence of tasks and must not forget. The adapter
/// <c>ema</c> averages in the same way inside one run of an optimizer; this goes on over runs.</para>
/// </remarks>
/// <param name="options">Momentum and interval.</param>
[Method(
    "momentum-interpolation",
    Family.Adaptation,
    Paper = "arXiv:2211.03186",
    Title = "Momentum-based Weight Interpolation of Strong Zero-Shot Models for Continual Learning")]
[Departs("The paper searches momentum and interval on a grid, and its text was not at hand: the defaults are Nabla's.")]
public sealed class MomentumInterpolation(MomentumInterpolationOptions options) : ICataloguedMethod<MomentumInterpolationOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "fast[t+1] = fast[t] + a step of any optimizer on the task of the hour",
        "slow[t+1] = momentum * slow[t] + (1 - momentum) * fast[t+1] where t + 1 is a multiple of interval, else slow[t]",
        "used: slow",
    ];

    /// <summary>Begins to follow a model.</summary>
    /// <param name="model">The model that is trained: the fast weights. It stays the caller's.</param>
    /// <returns>The slow weights, equal to the model's as they are now; the caller disposes them.</returns>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public SlowWeights Follow(Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        options.ThrowIfInvalid();
        return new SlowWeights(model, options.Momentum, options.Interval);
    }
}
