namespace Nabla.Core;

/// <summary>What rules and the parts of a chain have in common: state, scalars, switches and reductions.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
public interface IElementwisePart<TOptions> : IElementwiseLayout
    where TOptions : MethodOptions
{
    /// <summary>The names of the slots, such as <c>m</c>; they are keys in checkpoints.</summary>
    static abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>The scalars, in the order <see cref="Prepare"/> writes them.</summary>
    static abstract IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; }

    /// <summary>The sums needed before the update.</summary>
    static virtual IReadOnlyList<Reduction> Reductions => [];

    /// <summary>
    /// Computes the numbers of a step in double. With reductions it is called before the first pass, where all sums are
    /// zero, and again after each: see <see cref="StepContext.KnownPasses"/>. The last call counts.
    /// </summary>
    static abstract void Prepare(TOptions options, in StepContext context, Span<double> scalars);

    /// <summary>The switches these options turn on, at most eight bits.</summary>
    static virtual uint Flags(TOptions options) => 0;

    /// <summary>Which slots these options use, one bit each; the others are neither allocated nor moved.</summary>
    static virtual uint ActiveStates(TOptions options) => uint.MaxValue;
}
