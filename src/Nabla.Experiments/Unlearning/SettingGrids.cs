using System.Text.Json;

namespace Nabla.Experiments.Unlearning;

/// <summary>
/// Settings of each method that a calibration on made profiles tries. A setting is names with values: <c>epochs</c>, <c>batch</c> and
/// <c>leads</c> (forget or retain) of the loop, <c>optimizer.NAME</c> of AdamW, all others of the method. Every method has as many.
/// </summary>
public static class SettingGrids
{
    /// <summary>How many settings there are of each method.</summary>
    public const int Size = 12;

    private const string Resource = "Nabla.Experiments.Unlearning.profile-grids.json";

    private static readonly Lazy<Dictionary<string, Dictionary<string, string[]>>> _grids = new(() =>
    {
        using Stream stream = typeof(SettingGrids).Assembly.GetManifestResourceStream(Resource)!;
        return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string[]>>>(stream)!;
    });

    /// <summary>The methods that there are settings of.</summary>
    public static IReadOnlyCollection<string> Methods => _grids.Value.Keys;

    /// <summary>The settings of a method, the last name's values changing fastest; empty where there are none.</summary>
    /// <param name="method">Its name.</param>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Of(string method)
    {
        if (!_grids.Value.TryGetValue(method, out Dictionary<string, string[]>? axes))
        {
            return [];
        }

        List<Dictionary<string, string>> all = [new(StringComparer.Ordinal)];
        foreach ((string name, string[] values) in axes)
        {
            all = [.. all.SelectMany(one => values.Select(value => new Dictionary<string, string>(one, StringComparer.Ordinal) { [name] = value }))];
        }

        return all;
    }
}
