using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Problems.Datasets;

namespace Nabla.Experiments.Unlearning;

/// <summary>Settings of methods for made profiles, with the rule and the profiles that chose them.</summary>
/// <param name="Seed">The seed of the profiles that chose.</param>
/// <param name="Authors">How many authors they had.</param>
/// <param name="Percent">How many of a hundred of them were forgotten.</param>
/// <param name="TrainingEpochs">Passes of training of their models.</param>
/// <param name="Trials">Settings tried of each method.</param>
/// <param name="Methods">What was chosen, by method.</param>
public sealed record ProfileSettings(
    long Seed, int Authors, int Percent, int TrainingEpochs, int Trials, IReadOnlyDictionary<string, ChosenSetting> Methods)
{
    /// <summary>The forget quality that a setting has to reach: a test at 5 % does not tell the model from a retrained one.</summary>
    public const double LeastForgetQuality = 0.05;

    /// <summary>What a calibration goes by.</summary>
    public const string Rule = "the highest model utility among settings whose forget quality is at least 0.05; where no setting reaches that, the highest forget quality";

    private const string Resource = "Nabla.Experiments.Unlearning.profile-settings.json";
    private static readonly JsonSerializerOptions _plain = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly Lazy<ProfileSettings> _shipped = new(() =>
    {
        using StreamReader reader = new(typeof(ProfileSettings).Assembly.GetManifestResourceStream(Resource)!);
        return Parse(reader.ReadToEnd(), "the settings of the program");
    });

    /// <summary>Those that come with the program.</summary>
    public static ProfileSettings Shipped => _shipped.Value;

    /// <summary>Reads settings that a calibration wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">It cannot be read, or holds something else.</exception>
    public static ProfileSettings Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Parse(File.ReadAllText(path), $"'{path}'");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"'{path}' cannot be read: {e.Message} Give a file that 'nabla compare unlearning --tune' wrote.", e);
        }
    }

    /// <summary>The settings as a document that <see cref="Load"/> reads.</summary>
    public string ToJson() => new JsonObject
    {
        ["rule"] = Rule,
        ["seed"] = Seed,
        ["authors"] = Authors,
        ["percent"] = Percent,
        ["training_epochs"] = TrainingEpochs,
        ["trials"] = Trials,
        ["methods"] = new JsonObject(Methods.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, (JsonNode?)new JsonObject
        {
            ["setting"] = new JsonObject(m.Value.Values.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))),
            // Four digits tell settings apart; more would be the machine's.
            ["forget_quality_log10"] = Math.Round(m.Value.ForgetQualityLog10, 4),
            ["model_utility"] = Math.Round(m.Value.Utility, 4),
        }))),
    }.ToJsonString(_plain) + "\n";

    /// <summary>The sentence that tells a reader where settings come from.</summary>
    public string Origin => string.Create(
        CultureInfo.InvariantCulture,
        $"{Trials} settings of each method were tried on other profiles ({Authors} authors, {Percent} % forgotten, seed {Seed}); chosen was {Rule}.");

    private static ProfileSettings Parse(string text, string what)
    {
        try
        {
            JsonObject all = JsonNode.Parse(text)!.AsObject();
            int Whole(string name) => all[name]!.GetValue<int>();
            return new ProfileSettings(
                all["seed"]!.GetValue<long>(), Whole("authors"), Whole("percent"), Whole("training_epochs"), Whole("trials"),
                all["methods"]!.AsObject().ToDictionary(
                    m => m.Key,
                    m => new ChosenSetting(
                        m.Value!["setting"]!.AsObject().ToDictionary(v => v.Key, v => v.Value!.GetValue<string>()),
                        m.Value["forget_quality_log10"]!.GetValue<double>(),
                        m.Value["model_utility"]!.GetValue<double>())));
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or FormatException)
        {
            throw new DataException($"{what} holds no settings of methods of unlearning. Give a file that 'nabla compare unlearning --tune' wrote.", e);
        }
    }
}
