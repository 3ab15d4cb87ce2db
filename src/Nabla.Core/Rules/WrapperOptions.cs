namespace Nabla.Core;

/// <summary>Options that bring their wrapper with them, for wrappers that no catalogue lists.</summary>
/// <param name="Options">The options of the wrapper.</param>
/// <typeparam name="TWrapper">The wrapper.</typeparam>
/// <typeparam name="TOptions">Its options.</typeparam>
public sealed record WrapperOptions<TWrapper, TOptions>(TOptions Options) : MethodOptions
    where TWrapper : struct, IElementwiseWrapper<TOptions>
    where TOptions : MethodOptions
{
    internal override WrapperMethod? ComposedWrapper => WrapperMethod<TWrapper, TOptions>.Instance;

    internal override MethodOptions OwnOptions => Options;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard) => Options.ThrowIfInvalid();
}
