using System.Text.Json;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.Unlearning;

/// <summary>What is to be forgotten and what is to be kept, checked against each other.</summary>
/// <param name="Forget">The examples to forget; at least one.</param>
/// <param name="Retain">The examples to keep; may be empty where none were given.</param>
/// <param name="Files">The files that were read.</param>
public sealed record ForgetRequest(
    IReadOnlyList<UnlearningExample> Forget, IReadOnlyList<UnlearningExample> Retain, IReadOnlyList<string> Files)
{
    private const int Named = 5;

    /// <summary>Reads what a user asks for.</summary>
    /// <param name="forget">
    /// A file of examples, all of which are to go, or a request <c>{"data": "full.json", "examples": ["id", …]}</c>: a file, found
    /// from the request's folder, and the identifiers of those of its examples that are to go.
    /// </param>
    /// <param name="retain">A file of examples to keep; null: what the request leaves of its file, or nothing.</param>
    /// <param name="retainExamples">How many examples to keep there must be at least.</param>
    /// <exception cref="DataException">A file is missing or damaged; an identifier is unknown; there is nothing to forget, or nothing else;
    /// an example is to be forgotten and kept; or there are too few to keep.</exception>
    public static ForgetRequest Load(string forget, string? retain, int retainExamples = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(forget);
        var (examples, rest, files) = IsRequest(forget, out var document)
            ? Chosen(forget, document)
            : (ExampleFile.Load(forget), [], [forget]);
        if (retain is not null)
        {
            rest = ExampleFile.Load(retain);
            files = [.. files, retain];
            if (rest.All(r => examples.Any(e => IsSame(e, r))))
            {
                throw new DataException(
                    $"'{forget}' asks to forget all {rest.Count} examples of '{retain}': nothing would be kept. To forget a whole set, go back to a model from before it.");
            }

            RefuseOverlap(forget, retain, examples, rest);
        }

        if (rest.Count < retainExamples)
        {
            throw new DataException(
                $"{retainExamples} examples to keep were asked for, and {(retain is null ? "there are" : $"'{retain}' has")} {rest.Count}. Give a file with more, or ask for fewer.");
        }

        return new ForgetRequest(examples, rest, files);
    }

    private static bool IsRequest(string path, out JsonElement document)
    {
        var text = ExampleFile.ReadText(path, "examples to forget");
        document = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new DataException($"There is nothing to forget: '{path}' is empty. Write at least one example, or a request that names one.");
        }

        try
        {
            document = JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            // Several lines, each a value of its own: a file of examples, whose reader says what is wrong with it.
            return false;
        }

        if (document.ValueKind == JsonValueKind.Array && document.GetArrayLength() == 0)
        {
            throw new DataException($"There is nothing to forget: '{path}' is an empty list. Write at least one example.");
        }

        return document.ValueKind == JsonValueKind.Object && document.TryGetProperty("examples", out _);
    }

    private static (IReadOnlyList<UnlearningExample> Forget, IReadOnlyList<UnlearningExample> Kept, IReadOnlyList<string> Files) Chosen(
        string path, JsonElement document)
    {
        if (!document.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.String)
        {
            throw new DataException($"The request '{path}' has no 'data'. Name the file that holds the examples.");
        }

        var names = document.GetProperty("examples");
        if (names.ValueKind != JsonValueKind.Array || names.EnumerateArray().Any(n => n.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)))
        {
            throw new DataException($"The request '{path}' has 'examples' that are no list of identifiers. Write [\"id\", …].");
        }

        HashSet<string> wanted = [.. names.EnumerateArray().Select(n => n.ValueKind == JsonValueKind.String ? n.GetString()! : n.GetRawText())];
        if (wanted.Count == 0)
        {
            throw new DataException($"There is nothing to forget: the request '{path}' names no example. Name at least one.");
        }

        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, data.GetString()!);
        var all = ExampleFile.Load(file);
        // A bare number is the line of an example that has no identifier of its own.
        var prefix = Path.GetFileName(file) + ":";
        bool IsWanted(UnlearningExample e) =>
            wanted.Contains(e.Id) || (e.Id.StartsWith(prefix, StringComparison.Ordinal) && wanted.Contains(e.Id[prefix.Length..]));
        UnlearningExample[] forget = [.. all.Where(IsWanted)];
        string[] unknown = [.. wanted.Where(w => !forget.Any(e => e.Id == w || e.Id == prefix + w)).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            throw new DataException(
                $"The request '{path}' names {Counted(unknown.Length, "example")} that '{file}' does not have: {List(unknown)}. Its identifiers are such as '{all[0].Id}'.");
        }

        if (forget.Length == all.Count)
        {
            throw new DataException(
                $"The request '{path}' names all {all.Count} examples of '{file}': nothing would be kept. To forget a whole set, go back to a model from before it.");
        }

        return (forget, [.. all.Where(e => !IsWanted(e))], [path, file]);
    }

    private static void RefuseOverlap(
        string forget, string retain, IReadOnlyList<UnlearningExample> examples, IReadOnlyList<UnlearningExample> rest)
    {
        HashSet<string> ids = [.. examples.Select(e => e.Id)];
        HashSet<(string, string)> texts = [.. examples.Select(e => (e.Prompt, e.Answer))];
        string[] both = [.. rest.Where(r => ids.Contains(r.Id) || texts.Contains((r.Prompt, r.Answer))).Select(r => r.Id)];
        if (both.Length > 0)
        {
            throw new DataException(
                $"{Counted(both.Length, "example")} of '{retain}' {(both.Length == 1 ? "is" : "are")} to be forgotten by '{forget}' as well: {List(both)}. An example is to be forgotten or to be kept, not both.");
        }
    }

    private static bool IsSame(UnlearningExample one, UnlearningExample other) =>
        one.Id == other.Id || (one.Prompt == other.Prompt && one.Answer == other.Answer);

    private static string Counted(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    private static string List(string[] names) =>
        string.Join(", ", names.Take(Named).Select(n => $"'{n}'")) + (names.Length > Named ? $" and {names.Length - Named} more" : "");
}
