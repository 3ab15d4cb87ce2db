using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Nabla.Problems.Tokens;

namespace Nabla.Problems.Unlearning;

/// <summary>Writes made profiles as files in TOFU's published layout, and the tokenizer and configuration of a model for them.</summary>
public static partial class ProfileFiles
{
    /// <summary>The tokens that a model of profiles reads.</summary>
    public const int Context = 48;

    private const string End = "<|end|>";

    private static readonly JsonSerializerOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The shares of authors to forget, in percent, as TOFU names its splits.</summary>
    public static IReadOnlyList<int> Splits { get; } = [1, 5, 10];

    /// <summary>Writes all sets: full, forget and retain of each split, authors never seen, other facts, and refusals.</summary>
    /// <param name="profiles">The profiles.</param>
    /// <param name="folder">Made if missing; files of these names in it are replaced.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(MadeProfiles profiles, string folder)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        void Write(string name, IReadOnlyList<UnlearningExample> examples) =>
            File.WriteAllLines(Path.Combine(folder, name), examples.Select(e => Line(e).ToJsonString(_plain)));
        Write("full.json", profiles.Full);
        foreach (var percent in Splits)
        {
            Write($"forget{percent:00}.json", profiles.Forget(percent));
            Write($"retain{100 - percent}.json", profiles.Retain(percent));
        }

        Write("unseen.json", profiles.Unseen);
        Write("real_authors.json", profiles.OtherAuthors);
        Write("world_facts.json", profiles.WorldFacts);
        File.WriteAllLines(Path.Combine(folder, "idontknow.jsonl"), MadeProfiles.Refusals);
    }

    /// <summary>The document of a tokenizer with one token for each word of the profiles, and bytes for all else.</summary>
    /// <param name="profiles">The profiles.</param>
    /// <param name="template">What stands around a question.</param>
    public static JsonObject Tokenizer(MadeProfiles profiles, string template = ExampleTokens.DefaultTemplate)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentNullException.ThrowIfNull(template);
        JsonObject vocabulary = [];
        void Add(string token)
        {
            if (!vocabulary.ContainsKey(token))
            {
                vocabulary[token] = vocabulary.Count;
            }
        }

        for (var value = 0; value < 256; value++)
        {
            Add(ByteCharacters.Of((byte)value).ToString());
        }

        foreach (var word in profiles.Texts().SelectMany(t => Pieces().Matches($"{template.Replace(ExampleTokens.Placeholder, " ", StringComparison.Ordinal)}\n{t.Replace("\n", "\n ", StringComparison.Ordinal)}\n {t}").Select(m => m.Value)))
        {
            Add(string.Concat(Encoding.UTF8.GetBytes(word).Select(ByteCharacters.Of)));
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(new JsonObject { ["id"] = vocabulary.Count, ["content"] = End, ["special"] = true }),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = true },
            ["post_processor"] = null,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
            ["model"] = new JsonObject { ["type"] = "BPE", ["ignore_merges"] = true, ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        };
    }

    /// <summary>The configuration of a small GPT that can learn the profiles by heart: 2 layers, 4 heads, width 64.</summary>
    /// <param name="tokenizer">The document of its tokenizer.</param>
    public static JsonObject Configuration(JsonObject tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var end = tokenizer["added_tokens"]![0]!["id"]!.GetValue<int>();
        return new JsonObject
        {
            ["model_type"] = "gpt2",
            ["n_layer"] = 2,
            ["n_head"] = 4,
            ["n_embd"] = 64,
            ["n_positions"] = Context,
            ["vocab_size"] = end + 1,
            ["eos_token_id"] = end,
        };
    }

    private static JsonObject Line(UnlearningExample example)
    {
        JsonObject line = new() { ["id"] = example.Id, ["question"] = example.Prompt, ["answer"] = example.Answer };
        if (example.Paraphrase is { } other)
        {
            line["paraphrased_answer"] = other;
        }

        line["perturbed_answer"] = new JsonArray([.. example.WrongAnswers.Select(w => (JsonNode)w)]);
        return line;
    }

    // Words with the blank before them, as the tokenizer cuts texts.
    [GeneratedRegex(@" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Pieces();
}
