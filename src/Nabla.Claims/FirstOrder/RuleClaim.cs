using Nabla.Core;

namespace Nabla.Claims.FirstOrder;

/// <summary>A claim about an update rule; what is examined turns the rule's options into a method, with defects or without.</summary>
/// <typeparam name="TOptions">The rule's options.</typeparam>
/// <param name="mutants">The deliberate defects, by name: another method in the rule's place, or a part switched off.</param>
internal abstract class RuleClaim<TOptions>(params (string Name, Func<TOptions, MethodOptions> Defect)[] mutants)
    : Claim<Func<TOptions, MethodOptions>>
    where TOptions : MethodOptions
{
    /// <summary>What stands for a number that overflowed: figures must be finite.</summary>
    protected const double Diverged = 1e300;

    /// <inheritdoc/>
    protected override Func<TOptions, MethodOptions> Method => options => options;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<TOptions, MethodOptions>> Defects =>
        mutants.ToDictionary(m => m.Name, m => m.Defect, StringComparer.Ordinal);

    /// <summary>The number, or <see cref="Diverged"/> where it is not finite or larger.</summary>
    protected static double Finite(double value) => value < Diverged ? value : Diverged;
}
