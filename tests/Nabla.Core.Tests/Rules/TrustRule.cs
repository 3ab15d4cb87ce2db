using System.Runtime.CompilerServices;

namespace Nabla.Core.Tests.Rules;

/// <summary>A rule whose step is scaled by sums over tensor, group and all: every kind of reduction in one.</summary>
internal sealed record TrustOptions : MethodOptions
{
    public double Rate { get; init; } = 0.1;

    protected override void Validate(OptionsGuard guard)
    {
    }
}

internal readonly struct TrustRule : IElementwiseRule<TrustOptions>
{
    public static int StateCount => 2;

    public static IReadOnlyList<string> StateNames { get; } = ["unused", "m"];

    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } =
        [new("rate", "rate"), new("mean", "1 / t"), new("scale", "sqrt(weights / updates)"), new("shrink", "1 / (1 + gradients + centred)")];

    public static IReadOnlyList<Reduction> Reductions { get; } =
    [
        new("weights", ReductionScope.Tensor), new("updates", ReductionScope.Group), new("gradients", ReductionScope.All),
        new("centred", ReductionScope.Tensor, 1),
    ];

    public static void Prepare(TrustOptions options, in StepContext context, Span<double> scalars)
    {
        var sums = context.Reductions;
        scalars[0] = options.Rate;
        scalars[1] = 1.0 / context.Step;
        scalars[2] = sums[1] > 0 ? Math.Sqrt(sums[0] / sums[1]) : 1;
        scalars[3] = 1 / (1 + sums[2] + sums[3]);
        Assert.True(context.KnownPasses > 0 || (sums[0] == 0 && sums[1] == 0 && sums[2] == 0));
        Assert.True(context.KnownPasses > 1 || sums[3] == 0);
    }

    public static T Summand<T>(int reduction, T parameter, T gradient, in State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        var next = Next(gradient, in state, in h);
        var centred = next - (h.H2 * parameter);
        return reduction switch
        {
            0 => parameter * parameter,
            1 => next * next,
            2 => gradient * gradient,
            _ => centred * centred,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        state.Slot1 = Next(gradient, in state, in h);
        parameter -= h.H0 * h.H2 * h.H3 * state.Slot1;
    }

    private static T Next<T>(T gradient, in State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> => state.Slot1 + (h.H1 * (gradient - state.Slot1));
}
