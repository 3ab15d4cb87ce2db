namespace Nabla.Core;

/// <summary>The options of a chain: those of its part and those of its rule.</summary>
/// <param name="Part">The options of the part that comes first.</param>
/// <param name="Rule">The options of the rule that follows.</param>
/// <typeparam name="TPart">The part that comes first.</typeparam>
/// <typeparam name="TPartOptions">Its options.</typeparam>
/// <typeparam name="TRule">The rule that follows.</typeparam>
/// <typeparam name="TRuleOptions">Its options.</typeparam>
public sealed record ChainOptions<TPart, TPartOptions, TRule, TRuleOptions>(TPartOptions Part, TRuleOptions Rule)
    : MethodOptions
    where TPart : struct, IChainPart<TPartOptions>
    where TPartOptions : MethodOptions
    where TRule : struct, IElementwiseRule<TRuleOptions>
    where TRuleOptions : MethodOptions
{
    internal override RuleMethod? ComposedMethod =>
        ElementwiseMethod<Chain<TPart, TPartOptions, TRule, TRuleOptions>,
            ChainOptions<TPart, TPartOptions, TRule, TRuleOptions>>.Instance;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        Part.ThrowIfInvalid();
        Rule.ThrowIfInvalid();
    }
}
