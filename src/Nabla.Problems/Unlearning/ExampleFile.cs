using System.Text.Json;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.Unlearning;

/// <summary>
/// Reads examples in the layouts in which TOFU, MUSE and WMDP are published: one JSON value a line, or one JSON list. The fields
/// of each value say what it is.
/// </summary>
public static class ExampleFile
{
    private const string Layouts =
        "'question' and 'answer' (TOFU, MUSE), 'question', 'choices' and 'answer' (WMDP), 'prompt' and 'gt' (MUSE), or 'text'";

    /// <summary>Reads all examples of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The examples in the order of the file; never empty.</returns>
    /// <exception cref="DataException">The file is missing or empty, or a line is no example; the message names the line.</exception>
    public static IReadOnlyList<UnlearningExample> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var text = ReadText(path, "examples");
        List<UnlearningExample> examples = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var (place, item) in Items(path, text))
        {
            var example = Read(item, path, place);
            if (!seen.Add(example.Id))
            {
                throw new DataException($"{Where(path, place)} has the id '{example.Id}' a second time. Give each example an id of its own.");
            }

            examples.Add(example);
        }

        return examples.Count > 0 ? examples : throw new DataException($"'{path}' has no example. Write one JSON object a line, with {Layouts}.");
    }

    /// <summary>Reads phrases, one a line, such as answers of the kind "I do not know".</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">The file is missing or has no line.</exception>
    public static IReadOnlyList<string> LoadPhrases(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string[] lines = [.. ReadText(path, "phrases").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        return lines.Length > 0 ? lines : throw new DataException($"'{path}' has no phrase. Write one a line.");
    }

    internal static string ReadText(string path, string what)
    {
        if (!File.Exists(path))
        {
            throw new DataException($"There is no file '{path}' with {what}. Check the path.");
        }

        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static IEnumerable<(string Place, JsonElement Item)> Items(string path, string text)
    {
        if (text.AsSpan().TrimStart().StartsWith("["))
        {
            JsonElement list;
            try
            {
                list = JsonDocument.Parse(text).RootElement;
            }
            catch (JsonException problem)
            {
                throw new DataException($"Line {problem.LineNumber + 1} of '{path}' is no JSON: {First(problem)} Write a list of examples, or one a line.", problem);
            }

            var number = 0;
            foreach (var item in list.EnumerateArray())
            {
                yield return ($"Item {++number}", item);
            }

            yield break;
        }

        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
            {
                continue;
            }

            JsonElement item;
            try
            {
                item = JsonDocument.Parse(lines[i]).RootElement;
            }
            catch (JsonException problem)
            {
                throw new DataException($"Line {i + 1} of '{path}' is no JSON: {First(problem)} Write one JSON object a line, with {Layouts}.", problem);
            }

            yield return (FormattableString.Invariant($"Line {i + 1}"), item);
        }
    }

    private static UnlearningExample Read(JsonElement item, string path, string place)
    {
        var number = place[(place.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        var id = $"{Path.GetFileName(path)}:{number}";
        if (item.ValueKind == JsonValueKind.String)
        {
            return new UnlearningExample(id, ExampleKind.Document, "", Filled(item.GetString()!, "text", path, place));
        }

        if (item.ValueKind != JsonValueKind.Object)
        {
            throw new DataException($"{Where(path, place)} is {item.ValueKind.ToString().ToLowerInvariant()} where an object was expected, with {Layouts}.");
        }

        id = Optional(item, "id", path, place) ?? id;
        if (Optional(item, "text", path, place) is { } text)
        {
            return new UnlearningExample(id, ExampleKind.Document, "", Filled(text, "text", path, place));
        }

        if (item.TryGetProperty("gt", out _))
        {
            return new UnlearningExample(id, ExampleKind.Continuation, Required(item, "prompt", path, place), Required(item, "gt", path, place));
        }

        var question = Required(item, "question", path, place);
        if (item.TryGetProperty("choices", out var choices))
        {
            return Choice(id, question, item, Texts(choices, "choices", path, place), path, place);
        }

        return new UnlearningExample(id, ExampleKind.Question, question, Required(item, "answer", path, place))
        {
            Paraphrase = Optional(item, "paraphrased_answer", path, place),
            WrongAnswers = item.TryGetProperty("perturbed_answer", out var wrong) ? Texts(wrong, "perturbed_answer", path, place) : [],
        };
    }

    private static UnlearningExample Choice(
        string id, string question, JsonElement item, IReadOnlyList<string> choices, string path, string place)
    {
        if (choices.Count is < 2 or > 26)
        {
            throw new DataException($"{Where(path, place)} has {choices.Count} 'choices'; 2 to 26 were expected.");
        }

        if (!item.TryGetProperty("answer", out var answer) || answer.ValueKind != JsonValueKind.Number
            || !answer.TryGetInt32(out var right) || right < 0 || right >= choices.Count)
        {
            throw new DataException($"{Where(path, place)} has 'choices' and no 'answer' that is a whole number from 0 to {choices.Count - 1}. Give the number of the right choice.");
        }

        return new UnlearningExample(id, ExampleKind.Choice, question, ((char)('A' + right)).ToString()) { Choices = choices, Correct = right };
    }

    private static string Where(string path, string place) => $"{place} of '{path}'";

    private static string First(JsonException problem)
    {
        var end = problem.Message.IndexOf(" LineNumber", StringComparison.Ordinal);
        return end < 0 ? problem.Message : problem.Message[..end];
    }

    private static string Required(JsonElement item, string name, string path, string place) => Filled(
        Optional(item, name, path, place) ?? throw new DataException($"{Where(path, place)} has no '{name}'. Give it {Layouts}."), name, path, place);

    private static string Filled(string text, string name, string path, string place) => string.IsNullOrWhiteSpace(text)
        ? throw new DataException($"{Where(path, place)} has an empty '{name}'. Fill it in or leave the line out.")
        : text;

    private static string? Optional(JsonElement item, string name, string path, string place)
    {
        if (!item.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number when name == "id" => value.GetRawText(),
            _ => throw new DataException($"{Where(path, place)} has a '{name}' that is no text. Write it in quotes."),
        };
    }

    private static IReadOnlyList<string> Texts(JsonElement value, string name, string path, string place) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) => [.. value.EnumerateArray().Select(v => v.GetString()!)],
        _ => throw new DataException($"{Where(path, place)} has a '{name}' that is no list of texts."),
    };
}
