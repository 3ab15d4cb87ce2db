using System.Text.Json;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Unlearning;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class ForgetLossesTests
{
    private static readonly JsonElement s_golden = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(GoldenVector.Folder, "unlearning-losses", "losses.json"))).RootElement;

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_losses = new()
    {
        ["ascent"] = z => ForgetLosses.Ascent(Scored(z)),
        ["npo"] = z => ForgetLosses.NegativePreference(Scored(z), Numbers("reference"), 0.3),
        ["simnpo"] = z => ForgetLosses.SimpleNegativePreference(Scored(z), 4.5, 0.2),
        ["dpo"] = z => ForgetLosses.DirectPreference(
            Scored(Rows("win"), "refusals"), Scored(z), Numbers("winReference"), Numbers("reference"), 0.3),
        ["rmu"] = z => ForgetLosses.Misdirection(z, Tensor.From<double>(Numbers("direction"), Classes), 1.7),
        ["undial"] = z => ForgetLosses.SelfDistillation(Scored(z), Rows("other"), 3),
        ["wga"] = z => ForgetLosses.WeightedAscent(Scored(z), 0.7),
        ["satimp"] = z => ForgetLosses.SaturatedAscent(Scored(z), 2.5, 0.5),
        ["ce-u"] = z => ForgetLosses.WithoutTarget(Scored(z), 1),
        ["pdu"] = z => ForgetLosses.Flatness(Scored(z)),
        ["ihl"] = z => ForgetLosses.InvertedHinge(Scored(z)),
        ["catnip-constant"] = z => ForgetLosses.OwnConfidence(Scored(z), 0.4, true),
        ["catnip-whole"] = z => ForgetLosses.OwnConfidence(Scored(z), 0.4, false),
        ["kl"] = z => ForgetLosses.Divergence(Rows("other"), Scored(z)),
    };

    public static TheoryData<string> Cases => [.. s_golden.GetProperty("cases").EnumerateObject().Select(c => c.Name)];

    private static int Classes => s_golden.GetProperty("classes").GetInt32();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_and_gradients_are_those_of_an_independent_program(string name)
    {
        using var scope = new TensorScope();
        var z = Rows("logits");
        z.RequiresGrad = true;
        var loss = s_losses[name](z);
        loss.Backward();
        var expected = s_golden.GetProperty("cases").GetProperty(name);
        Assert.Equal(expected.GetProperty("value").GetDouble(), loss.Item(), 1e-12);
        var gradient = expected.GetProperty("gradient").EnumerateArray().Select(x => x.GetDouble()).ToArray();
        Assert.All(z.Gradient!.ToDoubles().Zip(gradient), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        Assert.Equal(gradient.Length, z.Gradient!.ElementCount);
    }

    [Fact]
    public void Every_loss_is_held() => Assert.Equal(Cases.Count, s_losses.Count);

    [Theory]
    [InlineData("ascent")]
    [InlineData("npo")]
    [InlineData("simnpo")]
    [InlineData("dpo")]
    [InlineData("pdu")]
    [InlineData("ihl")]
    [InlineData("catnip-whole")]
    [InlineData("kl")]
    [InlineData("undial")]
    public void Gradients_are_those_of_differences(string name)
    {
        using var scope = new TensorScope();
        var z = Rows("logits");
        z.RequiresGrad = true;
        s_losses[name](z).Backward();
        var gradient = z.Gradient!.ToDoubles();
        var values = z.ToDoubles();
        for (var i = 0; i < values.Length; i++)
        {
            double At(double shift)
            {
                using var inner = new TensorScope();
                double[] moved = [.. values];
                moved[i] += shift;
                return s_losses[name](Tensor.From<double>(moved, z.Shape)).Item();
            }

            Assert.Equal((At(1e-6) - At(-1e-6)) / 2e-6, gradient[i], 1e-7);
        }
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(4)]
    public void Preference_losses_begin_at_two_over_beta_ln_2_and_npo_with_the_ascent_on_sums(double beta)
    {
        using var scope = new TensorScope();
        var z = Rows("logits");
        z.RequiresGrad = true;
        var start = AnswerScores.Sums(Scored(Rows("logits"))).ToDoubles();
        var npo = ForgetLosses.NegativePreference(Scored(z), start, beta);
        Assert.Equal(2 / beta * Math.Log(2), npo.Item(), 1e-12);
        npo.Backward();
        var gradient = z.Gradient!.ToDoubles();
        var y = Rows("logits");
        y.RequiresGrad = true;
        AnswerScores.Sums(Scored(y)).Mean().Backward();
        Assert.All(y.Gradient!.ToDoubles().Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        var refusals = AnswerScores.Sums(Scored(Rows("win"), "refusals")).ToDoubles();
        var dpo = ForgetLosses.DirectPreference(Scored(Rows("win"), "refusals"), Scored(Rows("logits")), refusals, start, beta);
        Assert.Equal(2 / beta * Math.Log(2), dpo.Item(), 1e-12);
    }

    [Fact]
    public void Npo_is_the_logarithm_of_one_plus_a_power_and_becomes_ascent_for_small_beta()
    {
        using var scope = new TensorScope();
        var sums = AnswerScores.Sums(Scored(Rows("logits"))).ToDoubles();
        var ratios = sums.Zip(Numbers("reference"), (s, r) => s - r).ToArray();
        double Npo(double beta) => ForgetLosses.NegativePreference(Scored(Rows("logits")), Numbers("reference"), beta).Item();
        Assert.Equal(ratios.Average(r => 2 / 0.7 * Math.Log(1 + Math.Exp(0.7 * r))), Npo(0.7), 1e-12);
        // The remainder is β r² / 4.
        Assert.Equal(ratios.Average(), Npo(1e-6) - (2e6 * Math.Log(2)), 1e-3);
    }

    [Fact]
    public void Weighted_ascents_with_powers_of_zero_are_ascent()
    {
        using var scope = new TensorScope();
        var ascent = ForgetLosses.Ascent(Scored(Rows("logits"))).Item();
        Assert.Equal(ascent, ForgetLosses.WeightedAscent(Scored(Rows("logits")), 0).Item(), 1e-14);
        Assert.Equal(ascent, ForgetLosses.SaturatedAscent(Scored(Rows("logits")), 0, 0).Item(), 1e-14);
    }

    [Fact]
    public void Gradients_in_the_logits_are_those_worked_by_hand()
    {
        double[] z = [1.2, -0.4, 0.3, 2.0, -1.0];
        const int Answer = 0, RunnerUp = 3;
        var exp = z.Select(Math.Exp).ToArray();
        var p = exp.Select(e => e / exp.Sum()).ToArray();
        double[] Gradient(Func<ScoredAnswers, Tensor> loss)
        {
            using var scope = new TensorScope();
            var logits = Tensor.From<double>(z, 1, z.Length);
            logits.RequiresGrad = true;
            loss(new ScoredAnswers(logits, Tensor.From<long>([Answer], 1), [1])).Backward();
            return logits.Gradient!.ToDoubles();
        }

        void Check(Func<int, double> expected, Func<ScoredAnswers, Tensor> loss) =>
            Assert.All(Gradient(loss).Select((g, k) => (g, k)), pair => Assert.Equal(expected(pair.k), pair.g, 1e-14));
        double One(int k) => k == Answer ? 1 : 0;
        Check(k => k == Answer ? p[k] * (1 - p[k] + p[RunnerUp])
            : k == RunnerUp ? -p[k] * (1 + p[Answer] - p[k]) : p[k] * (p[RunnerUp] - p[Answer]), ForgetLosses.InvertedHinge);
        Check(k => Math.Pow(p[Answer], 1.5) * (One(k) - p[k]), s => ForgetLosses.WeightedAscent(s, 1.5));
        Check(k => k == Answer ? p[k] : -p[Answer] * p[k] / (1 - p[Answer]), s => ForgetLosses.WithoutTarget(s, 1));
        // For β = 1 and a constant reference, twice the weighted ascent.
        Check(k => 2 * p[Answer] * (One(k) - p[k]), s => ForgetLosses.OwnConfidence(s, 1, true));
        Check(k => 2 * p[Answer] / (1 - p[Answer]) * (One(k) - p[k]), s => ForgetLosses.OwnConfidence(s, 1, false));
        var nll = -Math.Log(p[Answer]);
        Check(
            k => 2 / (1 + Math.Exp(4.5 * (nll - 0.2))) * (One(k) - p[k]), s => ForgetLosses.SimpleNegativePreference(s, 4.5, 0.2));
    }

    [Fact]
    public void Self_distillation_without_lowering_begins_at_rest_and_a_uniform_model_is_flat()
    {
        using var scope = new TensorScope();
        var z = Rows("logits");
        z.RequiresGrad = true;
        ForgetLosses.SelfDistillation(Scored(z), Rows("logits"), 0).Backward();
        Assert.All(z.Gradient!.ToDoubles(), g => Assert.Equal(0, g, 1e-15));
        Assert.Equal(0, ForgetLosses.Divergence(Rows("logits"), Scored(Rows("logits"))).Item(), 1e-15);
        Assert.Equal(0, ForgetLosses.Flatness(Scored(Tensor.Full(z.Shape, 0.7, DType.Float64))).Item(), 1e-28);
    }

    [Fact]
    public void The_hinge_lies_between_0_and_2_and_confident_answers_do_not_overflow()
    {
        using var scope = new TensorScope();
        double Hinge(double answer, double other)
        {
            var scored = new ScoredAnswers(Tensor.From<double>([answer, other, 0], 1, 3), Tensor.From<long>([0], 1), [1]);
            return ForgetLosses.InvertedHinge(scored).Item();
        }

        Assert.Equal(2, Hinge(800, 0), 1e-12);
        Assert.Equal(0, Hinge(0, 800), 1e-12);
        var certain = new ScoredAnswers(Tensor.From<float>([200, 0, 0], 1, 3), Tensor.From<long>([0], 1), [1]);
        Assert.Equal(2 * (200 - Math.Log(2)), ForgetLosses.OwnConfidence(certain, 1, true).Item(), 1e-3);
    }

    [Fact]
    public void References_must_fit()
    {
        using var scope = new TensorScope();
        var failure = Assert.Throws<ArgumentException>(() => ForgetLosses.NegativePreference(Scored(Rows("logits")), [1], 1));
        Assert.StartsWith("There are 1 references for 3 examples; give one each.", failure.Message, StringComparison.Ordinal);
    }

    private static double[] Numbers(string name) => [.. s_golden.GetProperty(name).EnumerateArray().Select(x => x.GetDouble())];

    private static Tensor Rows(string name) => Tensor.From<double>(Numbers(name), Numbers(name).Length / Classes, Classes);

    private static ScoredAnswers Scored(Tensor logits, string targets = "targets")
    {
        long[] classes = [.. s_golden.GetProperty(targets).EnumerateArray().Select(x => x.GetInt64())];
        int[] lengths = [.. s_golden.GetProperty("lengths").EnumerateArray().Select(x => x.GetInt32())];
        return new ScoredAnswers(logits, Tensor.From<long>(classes, classes.Length), lengths);
    }
}
