using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>Shrinks the parameter before the update, whatever the gradient.</summary>
public readonly struct DecoupledDecay : IChainPart<DecoupledDecayOptions>
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
    public static void Apply<T>(ref T parameter, ref T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> =>
        parameter -= h.H0 * parameter;
}
