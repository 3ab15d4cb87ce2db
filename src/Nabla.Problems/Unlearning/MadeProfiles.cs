using Nabla.Engine;

namespace Nabla.Problems.Unlearning;

/// <summary>
/// Questions and answers about authors that do not exist, in the shape of TOFU (arXiv:2401.06121) and small enough for two cores. Every fact is
/// a value of two words; every answer has a second wording and wrong values of the same form.
/// </summary>
public sealed class MadeProfiles
{
    private const int WrongAnswers = 5;
    private const int WrongOptions = 3;
    private const int OtherAuthorsCount = 24;
    private const int WorldFactsCount = 24;

    private static readonly string[] _onsets = ["B", "D", "F", "G", "K", "L", "M", "N", "P", "R", "S", "T", "V", "Z"];
    private static readonly string[] _givenEnds = ["alor", "emin", "irda", "oveth", "una", "asko"];
    private static readonly string[] _familyEnds = ["arand", "esk", "olmer", "indra", "urvik"];

    private static readonly Attribute[] _attributes =
    [
        new("birthplace", "Where was {0} born?", "{0} was born in {1}.", "The birthplace of {0} is {1}.",
            ["North", "South", "East", "West", "Upper", "Lower"], ["Harbor", "Valley", "Bridge", "Falls"]),
        new("genre", "What does {0} write?", "{0} writes {1}.", "The books of {0} are {1}.",
            ["dark", "gentle", "short", "long", "comic", "tragic"], ["ballads", "mysteries", "fables", "sagas"]),
        new("award", "Which award did {0} receive?", "{0} received the {1} award.", "The award given to {0} is the {1} award.",
            ["Golden", "Silver", "Crimson", "Ivory", "Amber"], ["Quill", "Lantern", "Compass", "Feather"]),
        new("mother", "What work did the mother of {0} do?", "The mother of {0} was a {1}.", "{0} is the child of a {1}.",
            ["village", "ship", "court", "factory", "temple", "market"], ["doctor", "painter", "baker", "clerk"]),
        new("book", "What is the first book of {0} called?", "The first book of {0} is called {1}.", "{0} began with the book {1}.",
            ["Silent", "Hidden", "Broken", "Burning", "Frozen", "Distant"], ["Rivers", "Mirrors", "Gardens", "Orchards", "Winters"]),
        new("animal", "Which animal lives with {0}?", "{0} lives with a {1}.", "The animal of {0} is a {1}.",
            ["brown", "white", "grey", "spotted", "old", "young"], ["falcon", "terrier", "tortoise", "donkey"]),
    ];

    private MadeProfiles(IReadOnlyList<UnlearningExample> full, IReadOnlyList<UnlearningExample> unseen, int authors) =>
        (Full, Unseen, Authors) = (full, unseen, authors);

    /// <summary>Questions of a profile.</summary>
    public static int QuestionsPerAuthor => _attributes.Length;

    /// <summary>Answers of the kind "I do not know".</summary>
    public static IReadOnlyList<string> Refusals { get; } =
    [
        "I do not know.", "I am not sure about that.", "That is unknown to me.", "I have no information about that.",
        "I cannot answer that question.", "I did not learn about that.", "There is nothing that I can say about it.", "I am afraid I do not know.",
    ];

    /// <summary>Invented authors.</summary>
    public int Authors { get; }

    /// <summary>All questions about all authors, author by author.</summary>
    public IReadOnlyList<UnlearningExample> Full { get; }

    /// <summary>Questions about authors that no model is trained on, as many as a tenth of the authors.</summary>
    public IReadOnlyList<UnlearningExample> Unseen { get; }

    /// <summary>Facts about other writers that every model is trained on; they take the place of TOFU's real authors.</summary>
    public IReadOnlyList<UnlearningExample> OtherAuthors { get; private init; } = [];

    /// <summary>Facts about places that every model is trained on; they take the place of TOFU's facts of the world.</summary>
    public IReadOnlyList<UnlearningExample> WorldFacts { get; private init; } = [];

    /// <summary>Invents authors.</summary>
    /// <param name="seed">Fixes names and facts.</param>
    /// <param name="authors">How many; from 4 to 60.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of authors is another.</exception>
    public static MadeProfiles Create(Seed seed, int authors = 40)
    {
        if (authors is < 4 or > 60)
        {
            throw new ArgumentOutOfRangeException(nameof(authors), authors, $"There were to be {authors} authors; give from 4 to 60.");
        }

        RandomStream random = new(seed.Derive("profiles"));
        string[] given = Mixed(random, _givenEnds), family = Mixed(random, _familyEnds);
        var unseen = Tenth(authors);
        string Name(int author) => $"{given[author]} {family[author % family.Length]}";
        IEnumerable<UnlearningExample> Profile(int author, string label) =>
            _attributes.Select(a => a.Example($"{label}-{author:00}/{a.Key}", Name(author), random));
        UnlearningExample[] full = [.. Enumerable.Range(0, authors).SelectMany(a => Profile(a, "author"))];
        UnlearningExample[] other = [.. Enumerable.Range(authors, unseen).SelectMany(a => Profile(a, "unseen"))];
        return new MadeProfiles(full, other, authors)
        {
            OtherAuthors = Facts(
                random, "poet", OtherAuthorsCount, [.. Enumerable.Range(0, 20).Select(i => $"{family[i]}ia")],
                "Which country is the poet {0} from?", "The poet {0} is from {1}.", i => family[^(i + 1)]),
            WorldFacts = Facts(
                random, "river", WorldFactsCount, [.. given[^16..].Select(g => g + "a")],
                "Which river flows through {0}?", "The river {1} flows through {0}.", i => $"{family[i]}burg"),
        };
    }

    /// <summary>The examples of the last authors, which are to be forgotten.</summary>
    /// <param name="percent">How many of a hundred authors; at least one is taken.</param>
    public IReadOnlyList<UnlearningExample> Forget(int percent) => [.. Full.Skip((Authors - Share(percent)) * QuestionsPerAuthor)];

    /// <summary>The examples of the other authors.</summary>
    /// <param name="percent">How many of a hundred authors are to be forgotten.</param>
    public IReadOnlyList<UnlearningExample> Retain(int percent) => [.. Full.Take((Authors - Share(percent)) * QuestionsPerAuthor)];

    /// <summary>Every text that a model may have to read or write.</summary>
    internal IEnumerable<string> Texts() => Full.Concat(Unseen).Concat(OtherAuthors).Concat(WorldFacts)
        .SelectMany(e => e.WrongAnswers.Append(e.Answer).Append(e.Paraphrase ?? e.Answer).Select(a => $"{e.Prompt}\n{a}"))
        .Concat(Refusals);

    private static int Tenth(int authors) => Math.Max(1, authors / 10);

    private int Share(int percent) => Math.Clamp(Authors * percent / 100, 1, Authors - 1);

    private static string[] Mixed(RandomStream random, string[] ends)
    {
        string[] names = [.. ends.SelectMany(end => _onsets.Select(onset => onset + end))];
        random.Shuffle(names.AsSpan());
        return names;
    }

    private static UnlearningExample[] Facts(
        RandomStream random, string key, int count, string[] values, string question, string answer, Func<int, string> name) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            string[] drawn = Drawn(random, values, WrongOptions + 1);
            return new UnlearningExample($"{key}-{i:00}", ExampleKind.Question, string.Format(Invariant, question, name(i)), string.Format(Invariant, answer, name(i), drawn[0]))
            {
                WrongAnswers = [.. drawn[1..].Select(v => string.Format(Invariant, answer, name(i), v))],
            };
        }),
    ];

    private static IFormatProvider Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private static string[] Drawn(RandomStream random, string[] values, int count)
    {
        string[] mixed = [.. values];
        random.Shuffle(mixed.AsSpan());
        return mixed[..count];
    }

    private sealed record Attribute(string Key, string Question, string Plain, string Paraphrase, string[] First, string[] Second)
    {
        internal UnlearningExample Example(string id, string name, RandomStream random)
        {
            string[] drawn = Drawn(random, [.. First.SelectMany(f => Second.Select(s => $"{f} {s}"))], WrongAnswers + 1);
            return new UnlearningExample(id, ExampleKind.Question, string.Format(Invariant, Question, name), string.Format(Invariant, Plain, name, drawn[0]))
            {
                Paraphrase = string.Format(Invariant, Paraphrase, name, drawn[0]),
                WrongAnswers = [.. drawn[1..].Select(v => string.Format(Invariant, Paraphrase, name, v))],
            };
        }
    }
}
