using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Reads and writes low-rank adapters in the folder layout of PEFT: adapter_config.json and adapter_model.safetensors.</summary>
public static class AdapterFiles
{
    private const string ConfigurationFile = "adapter_config.json";
    private const string WeightsFile = "adapter_model.safetensors";
    private const string Prefix = "base_model.model.";
    private const int MostRank = 1 << 16;
    private const long MostBytes = 16 << 20;

    /// <summary>Writes an adapter; the weights appear whole before the configuration.</summary>
    /// <param name="folder">Made if missing; files of these names in it are replaced.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="baseModel">What the base is called, or its folder; null to leave it open.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(string folder, LoraAdapter adapter, string? baseModel = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(adapter);
        Directory.CreateDirectory(folder);
        SafeTensors.Write(
            Path.Combine(folder, WeightsFile),
            [.. adapter.Parameters.Select(parameter => (KeyOf(parameter), parameter.Value))],
            new Dictionary<string, string> { ["format"] = "pt" });
        var options = adapter.Options;
        var configuration = new AdapterConfiguration
        {
            PeftType = "LORA",
            Rank = options.Rank,
            Alpha = options.Alpha,
            Dropout = options.Dropout,
            RankStabilized = options.RankStabilized,
            FanInFanOut = adapter.Layers.Any(layer => layer.Layer.InputsFirst),
            TargetModules = JsonSerializer.SerializeToElement(
                adapter.Targets is [LoraAdapter.AllLinear] ? (object)LoraAdapter.AllLinear : adapter.Targets),
            RankPattern = adapter.Layers.Where(l => l.Options.Rank != options.Rank).ToDictionary(l => l.Name, l => l.Options.Rank),
            AlphaPattern = adapter.Layers.Where(l => l.Options.Alpha != options.Alpha).ToDictionary(l => l.Name, l => l.Options.Alpha),
            Start = JsonSerializer.SerializeToElement(options.Start == LoraStart.Gaussian ? (object)"gaussian" : true),
            BaseModel = baseModel,
        };
        var sorted = new JsonObject(JsonSerializer.SerializeToNode(configuration)!.AsObject()
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        var path = Path.Combine(folder, ConfigurationFile);
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, sorted.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads an adapter for a model; it stands beside nothing until it is attached.</summary>
    /// <param name="folder">Holds adapter_config.json and adapter_model.safetensors.</param>
    /// <param name="model">The model it was made for.</param>
    /// <returns>The adapter; the caller disposes it.</returns>
    /// <exception cref="AdapterFileException">A file is missing or damaged, a setting is not known here, or the adapter does not
    /// fit the model.</exception>
    /// <exception cref="SafeTensorsException">The weights are damaged.</exception>
    public static LoraAdapter Load(string folder, Module model)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(model);
        var path = Path.Combine(folder, ConfigurationFile);
        var configuration = Read(path);
        var weights = Path.Combine(folder, WeightsFile);
        if (!File.Exists(weights))
        {
            throw new AdapterFileException($"There is no '{weights}'; an adapter's folder holds it beside {ConfigurationFile}.");
        }

        var options = new LoraOptions
        {
            Rank = configuration.Rank,
            Alpha = configuration.Alpha,
            Dropout = configuration.Dropout,
            RankStabilized = configuration.RankStabilized,
        };
        LoraOptions Of(string name) => options with
        {
            Rank = Pattern(configuration.RankPattern, name) ?? options.Rank,
            Alpha = Pattern(configuration.AlphaPattern, name) ?? options.Alpha,
        };
        using var file = SafeTensors.Open(weights);
        try
        {
            var targets = TargetsOf(configuration, model, path);
            // Before memory is taken: a rank in the configuration may be anything.
            var wanted = LoraAdapter.Chosen(model, targets).Sum(one => (double)Of(one.Name).Rank * (one.Layer.Inputs + one.Layer.Outputs));
            var held = file.Entries.Sum(entry => entry.Shape.Aggregate(1.0, (product, size) => product * size));
            Require(path, wanted <= held, $"the factors have {wanted:0} numbers, but '{weights}' holds {held:0}");
            var adapter = new LoraAdapter(model, options, default, targets, Of);
            try
            {
                Fill(adapter, file);
                return adapter;
            }
            catch
            {
                adapter.Dispose();
                throw;
            }
        }
        catch (Exception problem) when (problem is ArgumentException or RegexMatchTimeoutException)
        {
            throw new AdapterFileException($"'{path}' does not fit the model: {problem.Message}", problem);
        }
    }

    /// <summary>Copies the files of an adapter.</summary>
    /// <param name="from">Holds adapter_config.json and adapter_model.safetensors.</param>
    /// <param name="to">Made if missing; files of these names in it are replaced.</param>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static void Copy(string from, string to)
    {
        ArgumentException.ThrowIfNullOrEmpty(from);
        ArgumentException.ThrowIfNullOrEmpty(to);
        Directory.CreateDirectory(to);
        foreach (var name in new[] { WeightsFile, ConfigurationFile })
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name), overwrite: true);
        }
    }

    /// <summary>How many numbers the factors of an adapter have.</summary>
    /// <param name="folder">Holds adapter_model.safetensors.</param>
    /// <exception cref="SafeTensorsException">The file is damaged.</exception>
    public static long Count(string folder)
    {
        using var file = SafeTensors.Open(Path.Combine(folder, WeightsFile));
        return file.Entries.Sum(entry => entry.Shape.Aggregate(1L, (product, size) => product * size));
    }

    private static string KeyOf(Parameter parameter) => Prefix + parameter.Name;

    private static AdapterConfiguration Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new AdapterFileException($"There is no '{path}'. Give the folder of an adapter.");
        }

        if (new FileInfo(path).Length > MostBytes)
        {
            throw new AdapterFileException($"'{path}' is larger than {MostBytes >> 20} MiB; no adapter's configuration is.");
        }

        try
        {
            var configuration = JsonSerializer.Deserialize<AdapterConfiguration>(File.ReadAllBytes(path))
                ?? throw new AdapterFileException($"'{path}' holds null; an object was expected.");
            Require(path, configuration.PeftType == "LORA", $"peft_type is '{configuration.PeftType}'; Nabla reads LORA");
            Require(path, !configuration.UseDora, "use_dora is true; Nabla has no DoRA");
            Require(path, configuration.Bias is null or "none", $"bias is '{configuration.Bias}'; Nabla adapts no biases");
            Require(path, IsEmpty(configuration.ModulesToSave), "modules_to_save is set; Nabla reads low-rank factors only");
            Require(path, IsEmpty(configuration.LayersToTransform), "layers_to_transform is set; name the layers in target_modules");
            foreach (var rank in (configuration.RankPattern ?? []).Values.Append(configuration.Rank))
            {
                Require(path, rank is >= 1 and <= MostRank, $"a rank is {rank}; it must be between 1 and {MostRank}");
            }

            return configuration;
        }
        catch (JsonException problem)
        {
            throw new AdapterFileException($"'{path}' is not the JSON of an adapter: {problem.Message}", problem);
        }
    }

    private static bool IsEmpty(JsonElement? element) => element is not { } value
        || value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    private static void Require(string path, bool holds, string says)
    {
        if (!holds)
        {
            throw new AdapterFileException($"'{path}': {says}.");
        }
    }

    private static List<string> TargetsOf(AdapterConfiguration configuration, Module model, string path)
    {
        switch (configuration.TargetModules)
        {
            case { ValueKind: JsonValueKind.Array } list:
                return [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String
                    ? item.GetString()! : throw new AdapterFileException($"'{path}' has target_modules that are no texts."))];
            case { ValueKind: JsonValueKind.String } text when text.GetString() == LoraAdapter.AllLinear:
                return [LoraAdapter.AllLinear];
            case { ValueKind: JsonValueKind.String } text:
                var names = LoraAdapter.Matching(model, text.GetString()!);
                return names.Count > 0 ? names : throw new AdapterFileException($"'{path}': no layer of the model matches '{text.GetString()}'.");
            default:
                throw new AdapterFileException($"'{path}' has no target_modules; they say which layers are adapted.");
        }
    }

    private static TValue? Pattern<TValue>(Dictionary<string, TValue>? patterns, string name)
        where TValue : struct
    {
        foreach (var (pattern, value) in patterns ?? [])
        {
            if (Regex.IsMatch(name, @"^(.*\.)?(" + pattern + ")$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)))
            {
                return value;
            }
        }

        return null;
    }

    private static void Fill(LoraAdapter adapter, SafeTensorsFile file)
    {
        var unread = file.Names.ToHashSet(StringComparer.Ordinal);
        var entries = file.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var faults = new List<string>();
        foreach (var parameter in adapter.Parameters)
        {
            var key = KeyOf(parameter);
            unread.Remove(key);
            if (!entries.TryGetValue(key, out var entry))
            {
                faults.Add($"'{key}' is missing");
            }
            else if (!entry.Shape.SequenceEqual(parameter.Value.Shape))
            {
                faults.Add($"'{key}' is [{string.Join(", ", entry.Shape)}] instead of [{string.Join(", ", parameter.Value.Shape)}]");
            }
        }

        faults.AddRange(unread.Order(StringComparer.Ordinal).Select(key => $"'{key}' is unknown"));
        if (faults.Count > 0)
        {
            var more = faults.Count > 5 ? $", and {faults.Count - 5} more" : "";
            throw new AdapterFileException($"'{file.Path}' does not fit: {string.Join(", ", faults.Take(5))}{more}.");
        }

        using var mode = GradMode.Disable();
        foreach (var parameter in adapter.Parameters)
        {
            using var loaded = file.Load(KeyOf(parameter));
            parameter.Value.CopyFrom(loaded);
        }
    }
}
