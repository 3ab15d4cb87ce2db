using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nabla.Cli;

/// <summary>Prints the one JSON document of a verb: plain numbers, and null where a number is not finite.</summary>
public static class JsonDocumentWriter
{
    private static readonly JsonWriterOptions Layout = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A number as JSON has it; JSON has no NaN and no infinity, these become null.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The number, or null.</returns>
    public static JsonNode? Number(double? value) =>
        value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;

    /// <summary>Numbers as a JSON array, those that are not finite as null.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>The array.</returns>
    public static JsonArray Numbers(IEnumerable<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        JsonArray array = [];
        foreach (double value in values)
        {
            array.Add(Number(value));
        }

        return array;
    }

    /// <summary>Texts as a JSON array.</summary>
    /// <param name="values">The texts.</param>
    /// <returns>The array.</returns>
    public static JsonArray Texts(IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return [.. values.Select(value => (JsonNode?)JsonValue.Create(value))];
    }

    /// <summary>An option's value as JSON: numbers and truth values as such, all else as text.</summary>
    /// <param name="value">The value.</param>
    /// <returns>The node, or null for null and for a number that is not finite.</returns>
    public static JsonNode? Value(object? value) => value switch
    {
        null => null,
        bool b => JsonValue.Create(b),
        double d => Number(d),
        float f => Number(f),
        int i => JsonValue.Create(i),
        long l => JsonValue.Create(l),
        _ => JsonValue.Create(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)),
    };

    /// <summary>Writes the document and a line end.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="document">The document.</param>
    public static void Write(TextWriter output, JsonNode document)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(document);
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Layout))
        {
            document.WriteTo(writer);
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
