namespace Nabla.Core;

/// <summary>Options that bring their rule with them, for rules that no catalogue lists, such as one being tried out.</summary>
/// <param name="Options">The options of the rule.</param>
/// <typeparam name="TRule">The rule.</typeparam>
/// <typeparam name="TOptions">Its options.</typeparam>
public sealed record RuleOptions<TRule, TOptions>(TOptions Options) : MethodOptions
    where TRule : struct, IElementwiseRule<TOptions>
    where TOptions : MethodOptions
{
    internal override ElementwiseMethod? ComposedMethod => ElementwiseMethod<Rule, RuleOptions<TRule, TOptions>>.Instance;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard) => Options.ThrowIfInvalid();

    // The same rule, reading its options from where this record keeps them.
    private readonly struct Rule : IElementwiseRule<RuleOptions<TRule, TOptions>>
    {
        public static int StateCount => TRule.StateCount;

        public static IReadOnlyList<string> StateNames => TRule.StateNames;

        public static IReadOnlyList<ScalarDefinition> ScalarDefinitions => TRule.ScalarDefinitions;

        public static IReadOnlyList<Reduction> Reductions => TRule.Reductions;

        public static void Prepare(RuleOptions<TRule, TOptions> options, in StepContext context, Span<double> scalars) =>
            TRule.Prepare(options.Options, context, scalars);

        public static uint Flags(RuleOptions<TRule, TOptions> options) => TRule.Flags(options.Options);

        public static uint ActiveStates(RuleOptions<TRule, TOptions> options) => TRule.ActiveStates(options.Options);

        public static T Summand<T>(int reduction, T parameter, T gradient, in State<T> state, in Scalars<T> h)
            where T : struct, ILane<T> => TRule.Summand(reduction, parameter, gradient, in state, in h);

        public static T Decay<T>(T parameter, in Scalars<T> h)
            where T : struct, ILane<T> => TRule.Decay(parameter, in h);

        public static void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
            where T : struct, ILane<T> => TRule.Update(ref parameter, gradient, ref state, in h);
    }
}
