namespace Nabla.Core;

/// <summary>
/// The method that serves the parameters whose roles a method does not take: beside a matrix method, the embeddings, heads,
/// vectors and scalars. It is AdamW; its settings are those that begin with <c>companion.</c>.
/// </summary>
public static class Companion
{
    /// <summary>The catalogue's name of the companion.</summary>
    public const string Method = "adamw";

    /// <summary>What the names of its settings begin with.</summary>
    public const string Prefix = "companion.";

    /// <summary>Whether there are roles that a method leaves to a companion.</summary>
    /// <param name="method">The method.</param>
    public static bool IsNeeded(MethodDescriptor method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return (method.Roles & ParameterRoles.Any) != ParameterRoles.Any;
    }

    /// <summary>Makes the options of a method and of its companion from settings as typed.</summary>
    /// <param name="method">The method.</param>
    /// <param name="settings">Names in camelCase, those of the companion with its prefix, and values.</param>
    /// <returns>The options; those of the companion are null for a method that takes every role.</returns>
    /// <exception cref="OptionException">A name or a value is wrong, or the method has no companion.</exception>
    public static (MethodOptions Own, MethodOptions? Companion) CreateOptions(
        MethodDescriptor method, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(settings);
        var (own, others) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var (name, value) in settings)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                others.Add(name[Prefix.Length..], value);
            }
            else
            {
                own.Add(name, value);
            }
        }

        if (IsNeeded(method))
        {
            return (method.CreateOptions(own), Catalogue.Find(Method).CreateOptions(others));
        }

        if (others.Count > 0)
        {
            var (name, value) = others.First();
            throw new OptionException(
                $"'{Prefix}{name}' has no effect: '{method.Name}' takes parameters of every role and has no companion. Leave it out.",
                Prefix + name,
                value);
        }

        return (method.CreateOptions(own), null);
    }
}
