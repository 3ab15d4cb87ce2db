namespace Nabla.Core;

/// <summary>
/// A method of the catalogue that is no element-wise rule: it is run through its own class, and
/// <c>nabla reproduce</c> runs its claims.
/// </summary>
/// <typeparam name="TOptions">The options.</typeparam>
public interface ICataloguedMethod<TOptions>
    where TOptions : MethodOptions
{
    /// <summary>What it turns into what.</summary>
    static abstract MethodKind Kind { get; }

    /// <summary>The equations of one round, one a line, as <c>nabla explain</c> prints them.</summary>
    static abstract IReadOnlyList<string> Equations { get; }
}
