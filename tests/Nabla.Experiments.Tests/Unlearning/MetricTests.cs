using System.Text.Json;
using Nabla.Engine;
using Nabla.Experiments.Unlearning;
using Nabla.Testing;

namespace Nabla.Experiments.Tests.Unlearning;

/// <summary>Each metric against what can be said by hand, and against numbers of SciPy and NLTK.</summary>
public sealed class MetricTests
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenVector.Folder, "unlearning", "metrics.json"))).RootElement;

    [Fact]
    public void The_p_value_is_that_of_SciPy()
    {
        foreach (var test in Golden.GetProperty("ks").EnumerateArray())
        {
            double[] first = Numbers(test.GetProperty("first")), second = Numbers(test.GetProperty("second"));
            var found = KolmogorovSmirnov.Of(first, second);
            var p = test.GetProperty("p").GetDouble();
            Assert.Equal(test.GetProperty("statistic").GetDouble(), found.Statistic, 1e-12);
            Assert.Equal(1, found.PValue / p, 1e-8);
            Assert.Equal(Math.Log10(p), found.Log10PValue, 1e-8);
        }
    }

    [Fact]
    public void Samples_apart_have_the_smallest_p_value_of_their_size()
    {
        foreach (var floor in Golden.GetProperty("floors").EnumerateObject())
        {
            var size = int.Parse(floor.Name, System.Globalization.CultureInfo.InvariantCulture);
            double[] low = [.. Enumerable.Range(0, size).Select(i => (double)i)], high = [.. low.Select(v => v + (2 * size))];
            var found = KolmogorovSmirnov.Of(low, high);
            Assert.Equal(1, found.Statistic);
            Assert.Equal(1, found.PValue / floor.Value.GetDouble(), 1e-9);
        }

        // Too small for a double: the logarithm stays finite.
        double[] many = [.. Enumerable.Range(0, 4000).Select(i => (double)i)];
        var tiny = KolmogorovSmirnov.Of(many, [.. many.Select(v => v + 8000)]);
        Assert.Equal(0, tiny.PValue);
        Assert.InRange(tiny.Log10PValue, -2500, -2000);
    }

    [Fact]
    public void The_p_value_is_one_for_the_same_sample_and_does_not_change_with_increasing_maps_or_the_reciprocal()
    {
        double[] a = [0.1, 0.5, 0.9, 1.3, 0.7, 0.2, 0.65, 0.3], b = [0.2, 0.8, 1.9, 1.2, 0.75, 0.95, 0.65, 2];
        Assert.Equal(1, KolmogorovSmirnov.Of(a, a).PValue);
        var plain = KolmogorovSmirnov.Of(a, b);
        Assert.InRange(plain.PValue, 0.1, 0.9);
        Assert.Equal(plain, KolmogorovSmirnov.Of([.. a.Select(v => 1 / v)], [.. b.Select(v => 1 / v)]));
        Assert.Equal(plain, KolmogorovSmirnov.Of([.. a.Select(v => v * v * v)], [.. b.Select(v => v * v * v)]));
        Assert.Equal(plain, KolmogorovSmirnov.Of(b, a));
        Assert.Throws<ArgumentException>(() => KolmogorovSmirnov.Of([], b));
        Assert.Throws<ArgumentException>(() => KolmogorovSmirnov.Of([double.NaN], b));
    }

    [Fact]
    public void Stems_are_those_of_NLTK()
    {
        string[] wrong = [.. Golden.GetProperty("stems").EnumerateObject()
            .Where(s => PorterStemmer.Stem(s.Name) != s.Value.GetString()).Select(s => $"{s.Name}: {PorterStemmer.Stem(s.Name)} for {s.Value}")];
        Assert.Empty(wrong);
    }

    [Fact]
    public void Rouge_counts_the_longest_common_subsequence_of_words()
    {
        Assert.Equal(1, RougeScore.Of("Balor Arand was born.", "Balor Arand was born.").Recall);
        var longer = RougeScore.Of("a b c d", "a c");
        Assert.Equal((1.0, 0.5), (longer.Recall, longer.Precision));
        Assert.Equal(2.0 / 3, longer.F1, 1e-15);
        Assert.Equal(0, RougeScore.Of("", "a c").Recall);
        Assert.Equal(0, RougeScore.Of("x", "a").F1);
        Assert.Equal(0.5, RougeScore.Of("c a", "a c").Recall);
        Assert.Equal(1, RougeScore.Of("He was writing stories", "he was write story").Recall);
        Assert.Equal(0.5, RougeScore.Of("He was writing stories", "he was write story", stems: false).Recall);
        // Words of three letters keep their endings.
        Assert.Equal(0, RougeScore.Of("cas", "ca").Precision);
        Assert.Equal(["gas"], RougeScore.Words("Gas!", stems: true));
        Assert.Equal(["caf", "au", "lait", "2"], RougeScore.Words("Café-au-lait 2", stems: false));
    }

    [Fact]
    public void A_uniform_model_has_truth_ratio_one_and_keeps_nothing()
    {
        var nats = Math.Log(50);
        var ratio = TruthRatio.Of(nats, [nats, nats, nats]);
        Assert.Equal(1, ratio, 1e-7);
        Assert.Equal(0, TruthRatio.Kept(ratio), 1e-7);
        Assert.Equal(1, TruthRatio.Forgotten(ratio), 1e-7);
        Assert.Equal(0.5, TruthRatio.RightShare(nats, [nats, nats]), 1e-7);
        Assert.Equal(0.25, TruthRatio.AmongOptions(nats, [nats, nats, nats]), 1e-7);
        Assert.Equal(1 / 50.0, new ScoredAnswer([-nats, -nats, -nats], [false, false, false], [-nats, -nats, -nats], [1e-3, 1e-3, 1e-3]).Probability, 1e-12);
    }

    [Fact]
    public void A_truth_ratio_takes_the_geometric_mean_of_wrong_answers()
    {
        // Right: probability ½; wrong: 1/8 and 1/2, geometric mean 1/4.
        Assert.Equal(0.5, TruthRatio.Of(Math.Log(2), [Math.Log(8), Math.Log(2)]), 1e-9);
        Assert.Equal(0.5, TruthRatio.Forgotten(0.5), 1e-9);
        Assert.Equal(0.5, TruthRatio.Forgotten(2), 1e-9);
        Assert.Equal(0.5, TruthRatio.Kept(0.5));
        Assert.Equal(0, TruthRatio.Kept(3));
        Assert.Throws<ArgumentException>(() => TruthRatio.Of(1, []));
    }

    [Fact]
    public void Memorization_counts_hits_and_the_hits_at_the_end()
    {
        Assert.Equal(0.75, Memorization.Exact([true, false, true, true]));
        Assert.Equal(0.5, Memorization.ExtractionStrength([true, false, true, true]));
        Assert.Equal(1, Memorization.ExtractionStrength([true, true]));
        Assert.Equal(0, Memorization.ExtractionStrength([true, false]));
        Assert.Throws<ArgumentException>(() => Memorization.Exact([]));
    }

    [Fact]
    public void Membership_scores_take_the_lowest_tokens()
    {
        ScoredAnswer answer = new([-1, -4, -2, -3, -0.5], new bool[5], [-2, -2, -2, -2, -2], [1, 2, 1, 2, 1]);
        Assert.Equal(3.5, MembershipScores.LowestShare(answer, 0.4), 1e-12);
        Assert.Equal(4, MembershipScores.LowestShare(answer, 0.1), 1e-12);
        Assert.Equal(2.1, MembershipScores.LowestShare(answer, 1), 1e-12);
        // Standardized: 1, -1, 0, -½, 1½.
        Assert.Equal(0.75, MembershipScores.LowestStandardizedShare(answer, 0.4), 1e-12);
        Assert.Throws<ArgumentException>(() => MembershipScores.LowestShare(answer, 0));
        Assert.True(MembershipScores.CompressedLength(new string('a', 1000)) < 40);
        Assert.Equal(2.0 / MembershipScores.CompressedLength("some text"), MembershipScores.Zlib(2, "some text"), 1e-15);
    }

    [Fact]
    public void An_attack_on_equal_scores_tells_nothing_and_one_on_lower_scores_finds_all()
    {
        double[] scores = [1, 2, 3, 4, 5, 6, 7, 8];
        Assert.Equal(0.5, MembershipAttack.Of("loss", scores, scores, new Seed(1)).Area.Mean, 1e-12);
        var found = MembershipAttack.Of("loss", scores, [.. scores.Select(s => s + 100)], new Seed(1));
        Assert.Equal(1, found.Area.Mean, 1e-12);
        Assert.Equal((0, 0), found.Curve[0]);
        Assert.Contains((0.0, 1.0), found.Curve);
        Assert.Equal((1, 1), found.Curve[^1]);
        // Of four pairs two are in order and one is a tie.
        Assert.Equal(2.5 / 4, MembershipAttack.Of("loss", [1, 3], [3, 2], new Seed(1)).Area.Mean, 1e-12);
        var wide = MembershipAttack.Of("loss", [1, 3, 2, 5, 4, 6], [3, 7, 2.5, 8, 4.5, 1.5], new Seed(1)).Area;
        Assert.True(wide.Low < wide.Mean && wide.Mean < wide.High);
    }

    [Fact]
    public void Privacy_leak_is_zero_for_the_reference_and_negative_where_examples_are_still_there()
    {
        Assert.Equal(0, MembershipAttack.PrivacyLeak(0.6, 0.6), 1e-9);
        Assert.Equal(-100, MembershipAttack.PrivacyLeak(1), 1e-6);
        Assert.Equal(100, MembershipAttack.PrivacyLeak(0), 1e-6);
        Assert.Equal(-50, MembershipAttack.PrivacyLeak(0.8, 0.6), 1e-6);
    }

    [Fact]
    public void Utility_is_the_harmonic_mean_and_zero_where_one_score_is()
    {
        Assert.Equal(0.5, ModelUtility.HarmonicMean([0.5, 0.5]), 1e-15);
        Assert.Equal(3 / (1 + 2 + 4.0), ModelUtility.HarmonicMean([1, 0.5, 0.25]), 1e-15);
        Assert.Equal(0, ModelUtility.HarmonicMean([0.9, 0, 0.9]));
        Assert.Throws<ArgumentException>(() => ModelUtility.HarmonicMean([]));
        Assert.Throws<ArgumentException>(() => ModelUtility.HarmonicMean([-1]));
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetDouble())];
}
