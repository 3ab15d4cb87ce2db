using System.Globalization;
using System.Text.Json;
using Nabla.Core;

namespace Nabla.Cli;

/// <summary>What <c>nabla trace</c> is given: parameters, their gradients step by step, and losses where there are any.</summary>
public sealed class TraceInput
{
    private const long MaximumBytes = 256L * 1024 * 1024;

    private TraceInput(
        IReadOnlyList<TraceTensor> parameters,
        IReadOnlyList<IReadOnlyDictionary<string, double[]>> gradients,
        IReadOnlyList<double>? losses)
    {
        Parameters = parameters;
        Gradients = gradients;
        Losses = losses;
    }

    // What some editors and shells put before text.
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The parameters in the order of the file.</summary>
    public IReadOnlyList<TraceTensor> Parameters { get; }

    /// <summary>The gradients of each step by parameter; a parameter that is absent has no gradient in that step.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, double[]>> Gradients { get; }

    /// <summary>The loss of each step, or null when the file has none.</summary>
    public IReadOnlyList<double>? Losses { get; }

    /// <summary>Reads the file.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>The contents, checked.</returns>
    /// <exception cref="UsageException">The file is missing, is not JSON, or is not what a trace needs; says where.</exception>
    public static TraceInput Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new UsageException($"The input file '{path}' does not exist; give a JSON file with --input.");
        }

        if (file.Length > MaximumBytes)
        {
            throw new UsageException($"The input file '{path}' has {file.Length} bytes; at most {MaximumBytes} are read.");
        }

        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            ReadOnlyMemory<byte> text = bytes.AsSpan().StartsWith(Utf8Mark) ? bytes.AsMemory(Utf8Mark.Length) : bytes;
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Read(document.RootElement, path);
        }
        catch (JsonException failure)
        {
            throw new UsageException(
                $"The input file '{path}' is not valid JSON: {ErrorSentence.OneLine(failure.Message)}", failure);
        }
        catch (InvalidOperationException failure)
        {
            // A text with half of a surrogate pair, which no name can be.
            throw new UsageException(
                $"The input file '{path}' is not valid JSON: {ErrorSentence.OneLine(failure.Message)}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The input file '{path}' cannot be read: {ErrorSentence.OneLine(failure.Message)}", failure);
        }
    }

    /// <summary>Holds the numbers to the range of single precision.</summary>
    /// <exception cref="UsageException">One is beyond it; says which.</exception>
    public void ThrowIfNotSingle()
    {
        foreach (TraceTensor parameter in Parameters)
        {
            ThrowIfNotSingle($"parameters.{parameter.Name}.values", parameter.Values);
        }

        for (int step = 0; step < Gradients.Count; step++)
        {
            foreach ((string name, double[] values) in Gradients[step])
            {
                ThrowIfNotSingle($"gradients[{step}].{name}", values);
            }
        }
    }

    private static void ThrowIfNotSingle(string where, double[] values)
    {
        int beyond = Array.FindIndex(values, value => !float.IsFinite((float)value));
        if (beyond >= 0)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"{where}[{beyond}] is {values[beyond]:R}, which is beyond single precision; trace it with --lane double."));
        }
    }

    private static TraceInput Read(JsonElement root, string path)
    {
        Expect(root, JsonValueKind.Object, "the document", path);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name is not ("parameters" or "gradients" or "losses"))
            {
                throw new UsageException(
                    $"'{path}' has the unknown entry '{property.Name}'; it takes parameters, gradients and losses.");
            }
        }

        List<TraceTensor> parameters = ReadParameters(Entry(root, "parameters", path), path);
        JsonElement steps = Entry(root, "gradients", path);
        Expect(steps, JsonValueKind.Array, "gradients", path);
        List<IReadOnlyDictionary<string, double[]>> gradients = [];
        foreach (JsonElement step in steps.EnumerateArray())
        {
            gradients.Add(ReadStep(step, gradients.Count, parameters, path));
        }

        if (!root.TryGetProperty("losses", out JsonElement lossElement))
        {
            return new TraceInput(parameters, gradients, null);
        }

        double[] losses = ReadNumbers(lossElement, "losses", path);
        return losses.Length == gradients.Count
            ? new TraceInput(parameters, gradients, losses)
            : throw new UsageException(
                $"'{path}' has {losses.Length} losses for {gradients.Count} steps of gradients; give one a step, or none.");
    }

    private static List<TraceTensor> ReadParameters(JsonElement element, string path)
    {
        Expect(element, JsonValueKind.Object, "parameters", path);
        List<TraceTensor> parameters = [];
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name.Length == 0)
            {
                throw new UsageException($"A parameter in '{path}' has an empty name; give it one, such as w.");
            }

            string where = $"parameters.{property.Name}";
            Expect(property.Value, JsonValueKind.Object, where, path);
            foreach (JsonProperty entry in property.Value.EnumerateObject())
            {
                if (entry.Name is not ("shape" or "values" or "curvature"))
                {
                    throw new UsageException(
                        $"{where} in '{path}' has the unknown entry '{entry.Name}'; it takes shape, values and curvature.");
                }
            }

            double[] values = ReadNumbers(Entry(property.Value, "values", path, where), $"{where}.values", path);
            long[] shape = ReadShape(Entry(property.Value, "shape", path, where), $"{where}.shape", path);
            Int128 count = 1;
            foreach (long length in shape)
            {
                count *= length;
                if (count > int.MaxValue)
                {
                    throw new UsageException($"{where}.shape in '{path}' has more elements than a trace holds.");
                }
            }

            if (count != values.Length)
            {
                throw new UsageException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{where} in '{path}' has shape [{string.Join(", ", shape)}], which is {count} values, and {values.Length} are given."));
            }

            double[]? curvature = property.Value.TryGetProperty("curvature", out JsonElement given)
                ? ReadNumbers(given, $"{where}.curvature", path)
                : null;
            if (curvature is not null && curvature.Length != values.Length)
            {
                throw new UsageException(
                    $"{where}.curvature in '{path}' has {curvature.Length} values and the parameter has {values.Length}.");
            }

            parameters.Add(new TraceTensor(property.Name, shape, values) { Curvature = curvature });
        }

        return parameters.Count > 0
            ? parameters
            : throw new UsageException($"'{path}' has no parameters; a trace needs at least one.");
    }

    private static Dictionary<string, double[]> ReadStep(
        JsonElement step, int index, List<TraceTensor> parameters, string path)
    {
        Expect(step, JsonValueKind.Object, $"gradients[{index}]", path);
        Dictionary<string, double[]> read = new(StringComparer.Ordinal);
        foreach (JsonProperty property in step.EnumerateObject())
        {
            TraceTensor parameter = parameters.Find(candidate => candidate.Name == property.Name)
                ?? throw new UsageException(
                    $"gradients[{index}] in '{path}' names '{property.Name}', which is no parameter; "
                    + $"the parameters are {string.Join(", ", parameters.Select(candidate => candidate.Name))}.");
            double[] values = ReadNumbers(property.Value, $"gradients[{index}].{property.Name}", path);
            if (values.Length != parameter.Values.Length)
            {
                throw new UsageException(
                    $"gradients[{index}].{property.Name} in '{path}' has {values.Length} values and the parameter has "
                    + $"{parameter.Values.Length}.");
            }

            read.Add(property.Name, values);
        }

        return read;
    }

    private static long[] ReadShape(JsonElement element, string where, string path)
    {
        Expect(element, JsonValueKind.Array, where, path);
        List<long> shape = [];
        foreach (JsonElement length in element.EnumerateArray())
        {
            if (length.ValueKind != JsonValueKind.Number || !length.TryGetInt64(out long value) || value < 0)
            {
                throw new UsageException(
                    $"{where} in '{path}' has '{length.GetRawText()}'; lengths are whole numbers from 0.");
            }

            shape.Add(value);
        }

        return [.. shape];
    }

    private static double[] ReadNumbers(JsonElement element, string where, string path)
    {
        Expect(element, JsonValueKind.Array, where, path);
        double[] values = new double[element.GetArrayLength()];
        int i = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetDouble(out double value) || !double.IsFinite(value))
            {
                string raw = item.GetRawText();
                throw new UsageException(
                    $"{where}[{i}] in '{path}' is {(raw.Length > 40 ? raw[..40] + "…" : raw)}; it must be a finite number.");
            }

            values[i++] = value;
        }

        return values;
    }

    private static JsonElement Entry(JsonElement element, string name, string path, string? where = null) =>
        element.TryGetProperty(name, out JsonElement entry)
            ? entry
            : throw new UsageException($"{(where is null ? "" : where + " in ")}'{path}' has no entry '{name}'.");

    private static void Expect(JsonElement element, JsonValueKind kind, string where, string path)
    {
        if (element.ValueKind != kind)
        {
            throw new UsageException(
                $"{where} in '{path}' must be {(kind == JsonValueKind.Array ? "an array" : "an object")} and is "
                + $"{element.ValueKind.ToString().ToLowerInvariant()}.");
        }
    }
}
