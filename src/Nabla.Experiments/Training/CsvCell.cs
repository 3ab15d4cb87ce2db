namespace Nabla.Experiments;

/// <summary>Text as a cell of a CSV file.</summary>
internal static class CsvCell
{
    /// <summary>The text, in quotes where it needs them.</summary>
    public static string Of(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
