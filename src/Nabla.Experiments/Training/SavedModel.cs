using System.Text.Json;
using Nabla.Problems.Datasets;

namespace Nabla.Experiments;

/// <summary>Reads small models that verbs keep as JSON files.</summary>
internal static class SavedModel
{
    private const long MostBytes = 1L << 28;

    /// <summary>Reads a file.</summary>
    /// <typeparam name="T">The model.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="what">What it holds, such as <c>mixture</c>, for messages.</param>
    /// <param name="verb">What saved it, such as <c>nabla mixture fit</c>, for messages.</param>
    /// <param name="format">The format that the file must name, in version 1.</param>
    /// <param name="read">Makes the model of the document; may throw <see cref="FormatException"/>.</param>
    /// <exception cref="DataException">The file is missing or no such model; the message says why.</exception>
    public static T Load<T>(string path, string what, string verb, string format, Func<JsonElement, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                throw new DataException($"'{path}' is larger than {MostBytes} bytes; no saved {what} is.");
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            return root.GetProperty("format").GetString() == format && root.GetProperty("version").GetInt32() == 1
                ? read(root)
                : throw new FormatException($"its format is not {format} version 1.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The model '{path}' cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new DataException($"'{path}' is no {what} that '{verb}' saved: {e.Message}", e);
        }
    }
}
