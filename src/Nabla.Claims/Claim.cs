namespace Nabla.Claims;

/// <summary>
/// A claim about a subject (options of a method, a solver, a function) that is examined in the same way whether it is
/// the method itself or one of its mutants.
/// </summary>
/// <typeparam name="TSubject">What is put in the method's place.</typeparam>
public abstract class Claim<TSubject> : IClaim
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Mutants => [.. Defects.Keys];

    /// <summary>The method as it is.</summary>
    protected abstract TSubject Method { get; }

    /// <summary>The method with a deliberate defect, by the defect's name.</summary>
    protected abstract IReadOnlyDictionary<string, TSubject> Defects { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The claim has no such mutant.</exception>
    public ClaimOutcome Run(ClaimContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Mutant is not { } mutant)
        {
            return Examine(Method, context);
        }

        return Defects.TryGetValue(mutant, out var subject)
            ? Examine(subject, context)
            : throw new ArgumentException(
                $"The claim has no mutant '{mutant}'. Its mutants are {string.Join(", ", Mutants)}.", nameof(context));
    }

    /// <summary>Runs the experiment on a subject.</summary>
    protected abstract ClaimOutcome Examine(TSubject subject, ClaimContext context);
}
