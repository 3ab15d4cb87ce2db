using System.Reflection;

namespace Nabla.Claims;

/// <summary>A claim with what its registration says.</summary>
/// <param name="Registration">Name, sentence, source, seconds.</param>
/// <param name="Claim">The experiment.</param>
public sealed record RegisteredClaim(ClaimAttribute Registration, IClaim Claim)
{
    private static readonly Lazy<IReadOnlyList<RegisteredClaim>> s_all = new(Read);

    /// <summary>All claims, by name.</summary>
    public static IReadOnlyList<RegisteredClaim> All => s_all.Value;

    /// <summary>The key.</summary>
    public string Name => Registration.Name;

    /// <summary>The method it is about.</summary>
    public string Method => Name.Split('/')[0];

    /// <summary>The claim of that name.</summary>
    /// <param name="name">The key, such as <c>mvn-grad/bounded-spike</c>.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static RegisteredClaim Find(string name) =>
        All.FirstOrDefault(c => c.Name == name)
        ?? throw new ArgumentException($"There is no claim '{name}'. 'nabla claims' shows all {All.Count}.", nameof(name));

    private static IReadOnlyList<RegisteredClaim> Read() =>
    [
        .. typeof(RegisteredClaim).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && typeof(IClaim).IsAssignableFrom(t))
            .Select(t => new RegisteredClaim(
                t.GetCustomAttribute<ClaimAttribute>()
                    ?? throw new InvalidOperationException($"{t.Name} is a claim without a [Claim] attribute. Register it."),
                (IClaim)Activator.CreateInstance(t)!))
            .OrderBy(c => c.Name, StringComparer.Ordinal),
    ];
}
