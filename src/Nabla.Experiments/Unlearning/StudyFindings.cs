using System.Globalization;

namespace Nabla.Experiments.Unlearning;

/// <summary>Holds what papers say of their methods against a study.</summary>
internal static class StudyFindings
{
    /// <summary>The metric of the utility that T3's base has at T3's temperature without the head.</summary>
    internal const string TemperedUtility = "model_utility_tempered_only";

    private const string Quality = "forget_quality_log10";
    private const string Utility = "model_utility";
    private const string Words = "model_utility_rouge";

    // What T3's paper keeps of the words that the original gives: 0.900 of 0.948 and 0.899 of 0.948.
    private const double KeptWords = 0.94;

    private static readonly string[] _besideT3 = ["wga", "satimp", "undial", "rmu", "dpo-unlearning", "npo", "simnpo"];

    private static readonly string[] _besideMinNorm =
    [
        "gradient-descent", "gradient-ascent", "neg-grad-plus", "noisy-gradient-descent", "ridge", "l1-sparse", "scrub", "npo", "salun",
    ];

    /// <summary>Every method that papers' tables speak of here.</summary>
    internal static IEnumerable<string> Named => [.. _besideT3, .. _besideMinNorm, "t3", "minnorm-og"];

    /// <summary>The findings for which both sides were measured.</summary>
    public static IEnumerable<StudyFinding> Of(IReadOnlyList<StudiedMethod> methods, ModelAudit original)
    {
        StudiedMethod[] measured = [.. methods.Where(m => m.IsMeasured)];
        StudiedMethod[] Among(string[] names) => [.. measured.Where(m => names.Contains(m.Name))];
        if (measured.FirstOrDefault(m => m.Name == "t3") is { } t3 && Among(_besideT3) is { Length: > 0 } others)
        {
            StudiedMethod best = others.MaxBy(m => m.Value(Quality))!;
            yield return new StudyFinding(
                "t3", "T3's forget quality is the highest of its table (TOFU, Llama 3.1 8B).", t3.Value(Quality) >= best.Value(Quality),
                Say($"log10 of forget quality {t3.Value(Quality):F2}; the best other of its table measured here is {best.Name} with {best.Value(Quality):F2}."));
            double words = t3.Value(Words) / original.Metrics[Words].Mean;
            yield return new StudyFinding(
                "t3", "T3 keeps at least 94 % of the words of the original's answers, and its full utility is not the highest.",
                words >= KeptWords && others.Any(m => m.Value(Utility) > t3.Value(Utility)),
                Say($"{words * 100:F1} % of the words; utility {t3.Value(Utility):F3}, the highest other is {others.Max(m => m.Value(Utility)):F3}. At the same temperature and without the head the model has {t3.Value(TemperedUtility):F3}, at temperature 1 {original.Metrics[Utility].Mean:F3}: what is lost between these two is the temperature's."));
        }

        if (measured.FirstOrDefault(m => m.Name == "minnorm-og") is { } norm && Among(_besideMinNorm) is { Length: > 0 } rest)
        {
            StudiedMethod[] better = [.. rest.Where(m => m.Value(Quality) > norm.Value(Quality) && m.Value(Utility) > norm.Value(Utility))];
            yield return new StudyFinding(
                "minnorm-og",
                "No baseline of MinNorm-OG's paper forgets better and keeps more (there: regression and images; it has no language model).",
                better.Length == 0,
                Say($"log10 of forget quality {norm.Value(Quality):F2} at utility {norm.Value(Utility):F3}; better in both: {(better.Length == 0 ? "none" : string.Join(", ", better.Select(m => m.Name)))}, of {rest.Length} measured. Of the words of the answers at hand to keep it says {norm.Value("retain_rouge") * 100:F0} %, of other facts, which no example protects, {(norm.Value("real_authors_rouge") + norm.Value("world_facts_rouge")) * 50:F0} %."));
        }
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
