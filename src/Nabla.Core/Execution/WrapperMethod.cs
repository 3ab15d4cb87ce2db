namespace Nabla.Core;

/// <summary>An element-wise wrapper without its type parameters.</summary>
internal abstract class WrapperMethod
{
    /// <summary>The wrapper's kernel: a struct that mentions no options.</summary>
    public abstract Type WrapperType { get; }

    public abstract IReadOnlyList<string> StateNames { get; }

    public abstract IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; }

    public abstract IReadOnlyList<Reduction> Reductions { get; }

    public abstract bool SumsAfterInner { get; }

    public abstract void Prepare(MethodOptions options, in StepContext context, Span<double> scalars);

    public abstract uint Flags(MethodOptions options);

    public abstract uint ActiveStates(MethodOptions options);
}
