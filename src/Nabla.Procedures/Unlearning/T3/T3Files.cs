using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Writes and reads T3 heads: one safetensors file with the two maps, the settings and the base's checksum.</summary>
public static class T3Files
{
    /// <summary>What a head is called in the folder of its base.</summary>
    public const string FileName = "t3.safetensors";

    private const string Format = "nabla-t3";

    /// <summary>Writes a head and its settings.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="scorer">The base with its head.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, T3Scorer scorer)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(scorer);
        var options = scorer.Options;
        string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture);
        SafeTensors.Write(path, [.. scorer.Head.Parameters.Select(p => (p.Name, p.Value))], new Dictionary<string, string>
        {
            ["format"] = Format,
            ["temperature"] = Write(options.Temperature),
            ["guidance"] = Write(options.Guidance),
            ["forgetShare"] = Write(options.ForgetShare),
            ["activation"] = options.Activation.ToString(),
            ["base"] = ModelChecksum.Of(scorer.Model),
        });
    }

    /// <summary>Reads a head for its base.</summary>
    /// <param name="path">The file; nothing in it is trusted.</param>
    /// <param name="model">The base that it was trained for, owned by the caller.</param>
    /// <returns>The base with its head; the caller disposes it.</returns>
    /// <exception cref="SafeTensorsException">The file is damaged.</exception>
    /// <exception cref="FormatException">It is no T3 head, or belongs to another base.</exception>
    public static T3Scorer Load(string path, Module model)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        using var file = SafeTensors.Open(path);
        if (!file.Metadata.TryGetValue("format", out var format) || format != Format)
        {
            throw new FormatException($"'{path}' is no T3 head: its metadata has no format '{Format}'. Give a file written by T3Files.Save.");
        }

        string Text(string key) => file.Metadata.TryGetValue(key, out var text)
            ? text : throw new FormatException($"'{path}' is damaged: its metadata has no '{key}'.");
        double Number(string key) => double.TryParse(Text(key), CultureInfo.InvariantCulture, out var value)
            ? value : throw new FormatException($"'{path}' is damaged: '{key}' is '{Text(key)}', which is no number.");
        var entries = file.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        long[] Shape(string name, int rank) => entries.TryGetValue(name, out var entry) && entry.Shape.Count == rank
            ? [.. entry.Shape] : throw new FormatException($"'{path}' is damaged: it has no '{name}' with {rank} dimensions.");
        if (Text("base") != ModelChecksum.Of(model))
        {
            throw new FormatException($"'{path}' was trained for another model: the checksums of the weights differ. Give the base that it was made for.");
        }

        long[] a = Shape("A.weight", 2), b = Shape("B.weight", 2);
        var bias = entries.ContainsKey("A.bias");
        if (a[0] != b[1] || (bias && Shape("A.bias", 1)[0] != a[0]) || entries.Count != (bias ? 3 : 2))
        {
            throw new FormatException($"'{path}' is damaged: its tensors do not fit together.");
        }

        if (!Enum.TryParse<T3Activation>(Text("activation"), out var activation))
        {
            throw new FormatException($"'{path}' is damaged: there is no activation '{Text("activation")}'.");
        }

        var options = new T3Options
        {
            Temperature = Number("temperature"),
            Guidance = Number("guidance"),
            ForgetShare = Number("forgetShare"),
            Activation = activation,
            Bias = bias,
            Rank = (int)a[0],
        };
        T3Head? head = null;
        try
        {
            var weights = model.Parameters[0].Value;
            head = new T3Head((int)a[1], (int)b[0], options, default, PooledStates.TypeFor(weights.DType), weights.Device);
            using var mode = GradMode.Disable();
            foreach (var parameter in head.Parameters)
            {
                using var loaded = file.Load(parameter.Name);
                parameter.Value.CopyFrom(loaded);
            }

            return new T3Scorer(model, head, options);
        }
        catch (Exception problem) when (problem is ArgumentException)
        {
            head?.Dispose();
            throw new FormatException($"'{path}' does not fit: {problem.Message}", problem);
        }
    }
}
