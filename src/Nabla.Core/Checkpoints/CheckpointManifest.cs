using System.Globalization;
using System.Text.Json;

namespace Nabla.Core;

/// <summary>The readable half of a checkpoint: step, checksum of the tensors, all numbers and texts.</summary>
/// <remarks>Numbers are written as text in round-trip form, because JSON has no infinities and readers differ in digits.</remarks>
internal sealed record CheckpointManifest(
    long Step, string TensorsSha256, long TensorsBytes, IReadOnlyList<(string Name, object Value)> Values)
{
    public const int Format = 1;

    public byte[] ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteNumber("step", Step);
            json.WriteStartObject("tensors");
            json.WriteString("file", Checkpoint.TensorsName);
            json.WriteNumber("bytes", TensorsBytes);
            json.WriteString("sha256", TensorsSha256);
            json.WriteEndObject();
            json.WriteStartArray("values");
            foreach ((string name, object value) in Values)
            {
                (string kind, string text) = value switch
                {
                    double number => ("number", number.ToString("R", CultureInfo.InvariantCulture)),
                    long integer => ("integer", integer.ToString(CultureInfo.InvariantCulture)),
                    _ => ("text", (string)value),
                };
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("kind", kind);
                // JSON cannot hold lone surrogates; every UTF-16 text survives as its code units.
                json.WriteString(kind == "text" && !IsWellFormed(text) ? "utf16" : "value", kind == "text" && !IsWellFormed(text)
                    ? Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan()))
                    : text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <exception cref="FormatException">The bytes are no manifest of a known format; the message says why.</exception>
    public static CheckpointManifest Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            int format = root.GetProperty("format").GetInt32();
            if (format != Format)
            {
                throw new FormatException(
                    $"its format is {format}, and this version reads format {Format}; use the version that wrote it");
            }

            JsonElement tensors = root.GetProperty("tensors");
            List<(string, object)> values = [];
            foreach (JsonElement entry in root.GetProperty("values").EnumerateArray())
            {
                values.Add((entry.GetProperty("name").GetString()!, Value(entry)));
            }

            return new CheckpointManifest(
                root.GetProperty("step").GetInt64(),
                tensors.GetProperty("sha256").GetString()!,
                tensors.GetProperty("bytes").GetInt64(),
                values);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or OverflowException)
        {
            throw new FormatException($"its manifest is damaged ({e.Message})", e);
        }
    }

    private static object Value(JsonElement entry)
    {
        string kind = entry.GetProperty("kind").GetString()!;
        if (entry.TryGetProperty("utf16", out JsonElement units))
        {
            return new string(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, char>(units.GetBytesFromBase64()));
        }

        string text = entry.GetProperty("value").GetString()!;
        return kind switch
        {
            "number" => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
            "integer" => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
            "text" => text,
            _ => throw new FormatException($"its manifest has a value of the unknown kind '{kind}'"),
        };
    }

    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
