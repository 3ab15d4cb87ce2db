using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>A part before a rule, as one rule and one pass over memory. Chains nest: the rule may be a chain.</summary>
/// <typeparam name="TPart">The part that comes first.</typeparam>
/// <typeparam name="TPartOptions">Its options.</typeparam>
/// <typeparam name="TRule">The rule that follows.</typeparam>
/// <typeparam name="TRuleOptions">Its options.</typeparam>
public readonly struct Chain<TPart, TPartOptions, TRule, TRuleOptions>
    : IElementwiseRule<ChainOptions<TPart, TPartOptions, TRule, TRuleOptions>>
    where TPart : struct, IChainPart<TPartOptions>
    where TPartOptions : MethodOptions
    where TRule : struct, IElementwiseRule<TRuleOptions>
    where TRuleOptions : MethodOptions
{
    private const int FlagBits = 8;

    private static readonly IReadOnlyList<string> s_states = [.. TPart.StateNames, .. TRule.StateNames];
    private static readonly IReadOnlyList<ScalarDefinition> s_scalars =
        [.. TPart.ScalarDefinitions, .. TRule.ScalarDefinitions];
    private static readonly int s_partPasses = TPart.Reductions.Count == 0 ? 0 : 1 + TPart.Reductions.Max(r => r.Pass);
    private static readonly IReadOnlyList<Reduction> s_reductions =
        [.. TPart.Reductions, .. TRule.Reductions.Select(r => r with { Pass = r.Pass + s_partPasses })];
    private static readonly int s_partScalars = TPart.ScalarDefinitions.Count;
    private static readonly int s_partReductions = TPart.Reductions.Count;

    /// <inheritdoc/>
    public static int StateCount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TPart.StateCount + TRule.StateCount;
    }

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames => s_states;

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions => s_scalars;

    /// <inheritdoc/>
    public static IReadOnlyList<Reduction> Reductions => s_reductions;

    /// <inheritdoc/>
    public static void Prepare(
        ChainOptions<TPart, TPartOptions, TRule, TRuleOptions> options,
        in StepContext context,
        Span<double> scalars)
    {
        TPart.Prepare(options.Part, context, scalars[..s_partScalars]);
        TRule.Prepare(options.Rule, context.SkipReductions(s_partReductions, s_partPasses), scalars[s_partScalars..]);
    }

    /// <inheritdoc/>
    public static uint Flags(ChainOptions<TPart, TPartOptions, TRule, TRuleOptions> options) =>
        TPart.Flags(options.Part) | (TRule.Flags(options.Rule) << FlagBits);

    /// <inheritdoc/>
    public static uint ActiveStates(ChainOptions<TPart, TPartOptions, TRule, TRuleOptions> options) =>
        (TPart.ActiveStates(options.Part) & ((1u << TPart.StateCount) - 1))
        | (TRule.ActiveStates(options.Rule) << TPart.StateCount);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Summand<T>(int reduction, T parameter, T gradient, in State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        if (reduction < s_partReductions)
        {
            return TPart.Summand(reduction, parameter, gradient, in state, in h);
        }

        // The rule sums what it will see: parameter and gradient as the part leaves them.
        var partState = state;
        TPart.Apply(ref parameter, ref gradient, ref partState, in h);
        var ruleState = Lanes.Skip(in state, TPart.StateCount);
        var ruleScalars = Lanes.Skip(in h, s_partScalars, FlagBits);
        return TRule.Summand(reduction - s_partReductions, parameter, gradient, in ruleState, in ruleScalars);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        TPart.Apply(ref parameter, ref gradient, ref state, in h);

        // The rule sees its own slots and scalars from 0, as it does alone.
        var ruleState = Lanes.Skip(in state, TPart.StateCount);
        var ruleScalars = Lanes.Skip(in h, s_partScalars, FlagBits);
        TRule.Update(ref parameter, gradient, ref ruleState, in ruleScalars);
        Lanes.Put(ref state, TPart.StateCount, in ruleState);
    }
}
