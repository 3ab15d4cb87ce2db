namespace Nabla.Core;

/// <summary>The options of <see cref="AnyRule"/>: none.</summary>
internal sealed record AnyRuleOptions : MethodOptions
{
    protected override void Validate(OptionsGuard guard)
    {
    }
}
