namespace Nabla.Core;

/// <summary>Stands for the rule inside a wrapper where the wrapper alone is explained.</summary>
internal readonly struct AnyRule : IElementwiseRule<AnyRuleOptions>, IHasStep
{
    public static int StateCount => 0;

    public static IReadOnlyList<string> StateNames => [];

    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } =
        [new("innerStep", "what the inner rule subtracts, weight decay apart"), new("innerDecay", "the inner rule's weight decay")];

    public static void Prepare(AnyRuleOptions options, in StepContext context, Span<double> scalars)
    {
    }

    public static void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> => parameter -= h.H1 + h.H0;

    public static T Step<T>(T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> => h.H0;

    public static T Decay<T>(T parameter, in Scalars<T> h)
        where T : struct, ILane<T> => h.H1;
}
