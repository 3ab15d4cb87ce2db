using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.Models;

/// <summary>A language model in the folder layout that published checkpoints have: config.json and safetensors files.</summary>
public sealed class PretrainedModel : IDisposable
{
    internal const string ConfigurationFile = "config.json";

    private PretrainedModel(Module module, JsonObject configuration)
    {
        (Module, Configuration) = (module, configuration);
    }

    /// <summary>The model as a module; a <see cref="Gpt"/> or a <see cref="Llama"/>, in evaluation mode. Owned by this object.</summary>
    public Module Module { get; }

    /// <summary>The model as what predicts the next token.</summary>
    public ICausalModel Language => (ICausalModel)Module;

    /// <summary>What config.json says, unknown keys included.</summary>
    public JsonObject Configuration { get; }

    /// <summary>The tokens that end a text, as config.json says; may be empty.</summary>
    public IReadOnlyList<int> EndTokens => new ConfigurationReader(Configuration, ConfigurationFile).Wholes("eos_token_id");

    /// <summary>Reads a model. Nothing in the folder is trusted, and no more memory is taken than the files' numbers need: weights
    /// that have the wanted type stand on the files themselves (<see cref="SafeTensorsFile.Map"/>), so that a page of them is
    /// read when it is first looked at and copied when it is first written to.</summary>
    /// <param name="folder">Holds config.json and model.safetensors, or several such files with their index.</param>
    /// <param name="type">The type of the weights here: float32, float64 or bfloat16; files may have any float type.</param>
    /// <param name="device">Where the model lives; null for the CPU.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="DataException">The architecture is unknown, or config.json and the weights do not fit each other.</exception>
    /// <exception cref="SafeTensorsException">A weight file is damaged.</exception>
    public static PretrainedModel Load(string folder, DType type = DType.Float32, Device? device = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DataException($"There is no folder '{folder}'. Give the folder that holds config.json and the weights.");
        }

        var path = Path.Combine(folder, ConfigurationFile);
        var configuration = ConfigurationReader.Open(path);
        var architecture = ModelArchitecture.Of(configuration, path);
        using var shards = ModelShards.Open(folder);
        var held = shards.Tensors.Values.Sum(tensor => tensor.Entry.Shape.Aggregate(1.0, (product, size) => product * size));
        if (architecture.ParameterCount > held)
        {
            throw new DataException(
                $"'{path}' describes a model of {architecture.ParameterCount:0} numbers, but the files beside it hold {held:0}. " +
                "They do not belong together, or a file is missing.");
        }

        var module = architecture.Make(null, type, device);
        try
        {
            Fill(module, shards, architecture);
            module.Training = false;
            return new PretrainedModel(module, configuration.Values);
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    /// <summary>Makes a model with first weights, to be trained or measured.</summary>
    /// <param name="configuration">What config.json would say.</param>
    /// <param name="seed">Fixes the weights on every platform.</param>
    /// <param name="type">The type of the weights: float32, float64 or bfloat16.</param>
    /// <param name="device">Where the model lives; null for the CPU.</param>
    /// <returns>The model, in evaluation mode; the caller disposes it.</returns>
    /// <exception cref="DataException">The architecture is unknown, or a size cannot be.</exception>
    public static PretrainedModel Create(JsonObject configuration, Seed seed, DType type = DType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var values = (JsonObject)configuration.DeepClone();
        var module = ModelArchitecture.Of(new ConfigurationReader(values, ConfigurationFile), ConfigurationFile).Make(seed, type, device);
        module.Training = false;
        return new PretrainedModel(module, values);
    }

    /// <summary>Writes config.json and the weights in the layout they are read in; weights appear before config.json.</summary>
    /// <param name="folder">Made if missing; files of these names in it are replaced.</param>
    /// <param name="mostBytes">The most bytes of weights in a file, at least 1; more go into further files with an index.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string folder, long mostBytes = 5_000_000_000)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostBytes, 1);
        Directory.CreateDirectory(folder);
        var shards = Split(mostBytes);
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        var map = new JsonObject();
        for (var i = 0; i < shards.Count; i++)
        {
            var name = shards.Count == 1
                ? ModelShards.SingleFile
                : FormattableString.Invariant($"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors");
            SafeTensors.Write(Path.Combine(folder, name), shards[i], metadata);
            foreach (var (tensor, _) in shards[i])
            {
                map[tensor] = name;
            }
        }

        var index = Path.Combine(folder, ModelShards.IndexFile);
        if (shards.Count > 1)
        {
            var total = shards.Sum(shard => shard.Sum(item => item.Value.ByteCount));
            Write(index, new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = total }, ["weight_map"] = map });
        }
        else
        {
            // An index left from an earlier save would be read instead of the single file.
            File.Delete(index);
        }

        var written = (JsonObject)Configuration.DeepClone();
        written["torch_dtype"] = Module.Parameters[0].Value.DType.ToString().ToLowerInvariant();
        Write(Path.Combine(folder, ConfigurationFile), written);
    }

    /// <inheritdoc/>
    public void Dispose() => Module.Dispose();

    private static void Fill(Module module, ModelShards shards, ModelArchitecture architecture)
    {
        var unread = shards.Tensors.Keys.Where(name => !architecture.IsConstant(name)).ToHashSet(StringComparer.Ordinal);
        var faults = new List<string>();
        var places = new List<(Parameter Parameter, SafeTensorsFile File, string Name)>();
        foreach (var parameter in module.Parameters)
        {
            var name = shards.Tensors.ContainsKey(parameter.Name) || !parameter.Name.StartsWith(architecture.Prefix, StringComparison.Ordinal)
                ? parameter.Name
                : parameter.Name[architecture.Prefix.Length..];
            unread.Remove(name);
            if (!shards.Tensors.TryGetValue(name, out var found))
            {
                faults.Add($"'{parameter.Name}' is missing");
            }
            else if (!found.Entry.Shape.SequenceEqual(parameter.Value.Shape))
            {
                faults.Add($"'{name}' is [{string.Join(", ", found.Entry.Shape)}] instead of [{string.Join(", ", parameter.Value.Shape)}]");
            }
            else if (found.Entry.DType is not (DType.Float32 or DType.Float64 or DType.BFloat16 or DType.Float16))
            {
                faults.Add($"'{name}' holds {found.Entry.DType} instead of floating numbers");
            }
            else
            {
                places.Add((parameter, found.File, name));
            }
        }

        faults.AddRange(unread.Order(StringComparer.Ordinal).Select(name => $"'{name}' is unknown"));
        if (faults.Count > 0)
        {
            var more = faults.Count > 5 ? $", and {faults.Count - 5} more" : "";
            throw new DataException(
                $"The weights in '{shards.Folder}' do not fit its config.json: {string.Join(", ", faults.Take(5))}{more}.");
        }

        using var mode = GradMode.Disable();
        foreach (var (parameter, file, name) in places)
        {
            parameter.Replace(Weight(file, name, parameter.Value.DType, parameter.Value.Device));
        }
    }

    // Weights of the wanted type stand on the file; others are made from it, whose pages are left again one by one.
    private static Tensor Weight(SafeTensorsFile file, string name, DType type, Device device)
    {
        var mapped = file.Map(name).Release();
        if (mapped.DType == type && device == Device.Cpu)
        {
            return mapped;
        }

        using (mapped)
        {
            return mapped.To(device, type).Release();
        }
    }

    private List<List<(string Name, Tensor Value)>> Split(long mostBytes)
    {
        List<List<(string Name, Tensor Value)>> shards = [[]];
        var bytes = 0L;
        foreach (var parameter in Module.Parameters)
        {
            var size = parameter.Value.ByteCount;
            if (bytes > 0 && bytes + size > mostBytes)
            {
                shards.Add([]);
                bytes = 0;
            }

            shards[^1].Add((parameter.Name, parameter.Value));
            bytes += size;
        }

        return shards;
    }

    private static void Write(string path, JsonObject document)
    {
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, document.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        File.Move(temporary, path, overwrite: true);
    }
}
