using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Unlearning;

/// <summary>Writes and reads assistants of <c>uld</c>: adapters in PEFT's layout and a file of settings, in a folder beside the base's files.</summary>
/// <remarks>A folder of its own: loaders that find adapters beside a model would attach them, and this one remembers what is to be forgotten.</remarks>
public static class UldFiles
{
    /// <summary>What the assistant's folder is called in that of its base.</summary>
    public const string FolderName = "uld";

    private const string SettingsFile = "uld.json";

    /// <summary>Whether a model's folder holds an assistant.</summary>
    /// <param name="folder">The folder of the base.</param>
    public static bool Exist(string folder) => File.Exists(Path.Combine(folder, FolderName, SettingsFile));

    /// <summary>Writes an assistant and its settings.</summary>
    /// <param name="folder">The folder of the base.</param>
    /// <param name="scorer">The base with its assistant.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(string folder, UldScorer scorer)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(scorer);
        var own = Path.Combine(folder, FolderName);
        AdapterFiles.Save(own, scorer.Assistant);
        File.WriteAllText(Path.Combine(own, SettingsFile), new JsonObject
        {
            ["weight"] = scorer.Weight,
            ["topLogitFilter"] = scorer.TopLogitFilter,
            ["base"] = WeightChecksum.Of(scorer.Model),
        }.ToJsonString() + "\n");
    }

    /// <summary>Reads an assistant for its base.</summary>
    /// <param name="folder">The folder of the base; nothing in it is trusted.</param>
    /// <param name="model">The base that it was trained for, owned by the caller.</param>
    /// <returns>The base with its assistant; the caller disposes it.</returns>
    /// <exception cref="FormatException">The settings are damaged, or belong to another base.</exception>
    /// <exception cref="AdapterFileException">The adapters are damaged or missing.</exception>
    public static UldScorer Load(string folder, Module model)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(model);
        var own = Path.Combine(folder, FolderName);
        var path = Path.Combine(own, SettingsFile);
        double weight, filter;
        string checksum;
        try
        {
            var settings = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            (weight, filter, checksum) = (settings["weight"]!.GetValue<double>(), settings["topLogitFilter"]!.GetValue<double>(), settings["base"]!.GetValue<string>());
        }
        catch (Exception problem) when (problem is JsonException or NullReferenceException or InvalidOperationException or FormatException)
        {
            throw new FormatException($"'{path}' is damaged: it has no weight, filter and checksum. Give a folder that 'nabla unlearn' wrote.", problem);
        }

        if (checksum != WeightChecksum.Of(model))
        {
            throw new FormatException($"'{path}' was written for another model: the checksums of the weights differ. Give the base that it was made for.");
        }

        var adapter = AdapterFiles.Load(own, model);
        try
        {
            return new UldScorer(model, adapter, weight, filter);
        }
        catch (ArgumentException problem)
        {
            adapter.Dispose();
            throw new FormatException($"'{path}' does not fit: {problem.Message}", problem);
        }
    }
}
