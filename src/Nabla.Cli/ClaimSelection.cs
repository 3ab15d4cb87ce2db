using Nabla.Claims;
using Nabla.Core;

namespace Nabla.Cli;

/// <summary>Finds the claims that a user named.</summary>
internal static class ClaimSelection
{
    /// <summary>The claims of a name.</summary>
    /// <param name="name">A claim, a method, or null for all.</param>
    /// <param name="mutant">A deliberate defect that the claims must know, or null.</param>
    /// <returns>One claim or more, by name.</returns>
    /// <exception cref="UsageException">There is no such name, nothing is claimed about the method, or no claim knows the defect.</exception>
    public static IReadOnlyList<RegisteredClaim> Find(string? name, string? mutant)
    {
        IReadOnlyList<RegisteredClaim> all = RegisteredClaim.All;
        RegisteredClaim[] chosen = [.. all.Where(claim => name is null || claim.Name == name || claim.Method == name)];
        if (chosen.Length == 0)
        {
            throw new UsageException(Catalogue.Methods.Any(method => method.Name == name)
                ? $"Nothing is claimed about '{name}' yet; 'nabla claims' shows what is."
                : $"There is no claim or method '{name}'.{NameSuggestion.For(name!, Names(name!, all))} 'nabla claims' shows all {all.Count} claims.");
        }

        if (mutant is null)
        {
            return chosen;
        }

        RegisteredClaim[] knowing = [.. chosen.Where(claim => claim.Claim.Mutants.Contains(mutant))];
        if (knowing.Length == 0)
        {
            string[] mutants = [.. chosen.SelectMany(claim => claim.Claim.Mutants).Distinct().Order(StringComparer.Ordinal)];
            throw new UsageException(
                $"No claim chosen has a mutant '{mutant}'.{NameSuggestion.For(mutant, mutants)} "
                + $"The mutants are {string.Join(", ", mutants)}.");
        }

        return knowing;
    }

    // Someone who wrote a slash meant a claim.
    private static IEnumerable<string> Names(string name, IReadOnlyList<RegisteredClaim> all) =>
        name.Contains('/', StringComparison.Ordinal)
            ? all.Select(claim => claim.Name)
            : all.Select(claim => claim.Method).Concat(Catalogue.Methods.Select(method => method.Name)).Distinct();
}
