using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>Shrinks the parameter whatever the gradient, beside the step of the rule.</summary>
public readonly struct DecoupledDecay : IElementwiseWrapper<DecoupledDecayOptions>
{
    /// <inheritdoc/>
    public static int StateCount => 0;

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames => [];

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } = [new("decay", "rate")];

    /// <inheritdoc/>
    public static void Prepare(DecoupledDecayOptions options, in StepContext context, Span<double> scalars) =>
        scalars[0] = options.Rate;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Decay<T>(T parameter, in Scalars<T> h)
        where T : struct, ILane<T> => h.H0 * parameter;
}
