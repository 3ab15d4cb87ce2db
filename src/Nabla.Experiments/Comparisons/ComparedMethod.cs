namespace Nabla.Experiments;

/// <summary>A method in a comparison.</summary>
/// <param name="Name">Catalogue name.</param>
/// <param name="Options">Options by name (camelCase), as text in invariant culture.</param>
[method: System.Text.Json.Serialization.JsonConstructor]
public sealed record ComparedMethod(string Name, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>A method with the defaults of its paper.</summary>
    /// <param name="name">Catalogue name.</param>
    public ComparedMethod(string name)
        : this(name, new Dictionary<string, string>())
    {
    }
}
