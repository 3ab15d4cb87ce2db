namespace Nabla.Core;

/// <summary>A method inside another, such as <c>cautious(adamw)</c>: the options of both. The inner one may be wrapped too.</summary>
/// <param name="Wrapper">The options of the wrapper.</param>
/// <param name="Inner">The options of the method inside.</param>
public sealed record WrappedOptions(MethodOptions Wrapper, MethodOptions Inner) : MethodOptions
{
    /// <summary>Whether the catalogue lists wrapper and inner method.</summary>
    internal bool IsCatalogued => Wrapper.ComposedWrapper is null
        && (Inner is WrappedOptions inner ? inner.IsCatalogued : Inner.ComposedMethod is null);

    internal override RuleMethod? ComposedMethod =>
        WrappedMethod.Of(Catalogue.WrapperOf(Wrapper), Catalogue.MethodOf(Inner), Wrapper.OwnOptions.GetType());

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        Wrapper.ThrowIfInvalid();
        Inner.ThrowIfInvalid();
    }
}
