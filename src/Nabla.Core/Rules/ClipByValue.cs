using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>Limits every element of the gradient to [-limit, limit].</summary>
public readonly struct ClipByValue : IElementwiseWrapper<ClipByValueOptions>
{
    /// <inheritdoc/>
    public static int StateCount => 0;

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames => [];

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } = [new("limit", "limit")];

    /// <inheritdoc/>
    public static void Prepare(ClipByValueOptions options, in StepContext context, Span<double> scalars) =>
        scalars[0] = options.Limit;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> => T.Max(T.Min(gradient, h.H0), -h.H0);
}
