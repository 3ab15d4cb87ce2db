using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.Models;

/// <summary>Exchanges the weights of a model as a safetensors file.</summary>
public static class ModelFile
{
    /// <summary>Writes all parameters and buffers by name; the file appears whole or not at all.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="module">The model.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        SafeTensors.Write(path, [.. State(module)], new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Reads all parameters and buffers by name; with any fault the model is left as it was.</summary>
    /// <param name="path">A file with exactly the names and shapes of the model.</param>
    /// <param name="module">The model, of any float type; values are converted.</param>
    /// <exception cref="DataException">Names are missing, unexpected or of other shapes; the message lists all.</exception>
    /// <exception cref="SafeTensorsException">The file is damaged.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static void Load(string path, Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var file = SafeTensors.Open(path);
        var state = State(module).ToList();
        var entries = file.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var faults = new List<string>();
        var missing = state.Where(item => !entries.ContainsKey(item.Name)).Select(item => item.Name).ToList();
        if (missing.Count > 0)
        {
            faults.Add($"missing are {string.Join(", ", missing)}");
        }

        var unexpected = file.Names.Except(state.Select(item => item.Name), StringComparer.Ordinal).ToList();
        if (unexpected.Count > 0)
        {
            faults.Add($"unexpected are {string.Join(", ", unexpected)}");
        }

        faults.AddRange(
            from item in state
            where entries.ContainsKey(item.Name) && !entries[item.Name].Shape.SequenceEqual(item.Value.Shape)
            select $"{item.Name} is [{string.Join(", ", entries[item.Name].Shape)}] instead of [{string.Join(", ", item.Value.Shape)}]");
        if (faults.Count > 0)
        {
            throw new DataException($"'{path}' does not fit the model: {string.Join("; ", faults)}.");
        }

        // Everything is there before anything is copied: a file that ends early must not leave half a model.
        var loaded = new List<Tensor>();
        try
        {
            foreach (var (name, _) in state)
            {
                loaded.Add(file.Map(name));
            }

            foreach (var (item, value) in state.Zip(loaded))
            {
                item.Value.CopyFrom(value);
            }
        }
        finally
        {
            loaded.ForEach(tensor => tensor.Dispose());
        }
    }

    private static IEnumerable<(string Name, Tensor Value)> State(Module module) =>
        module.Parameters.Select(parameter => (parameter.Name, parameter.Value))
            .Concat(module.Buffers.Select(buffer => (buffer.Name, buffer.Value)));
}
