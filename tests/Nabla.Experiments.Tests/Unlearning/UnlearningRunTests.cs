using System.Text.Json.Nodes;
using System.Xml.Linq;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Experiments.Unlearning;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Experiments.Tests.Unlearning;

/// <summary>A request from files to the report, on small models that know made profiles.</summary>
public sealed class UnlearningRunTests(MadeModels made) : IClassFixture<MadeModels>
{
    [Fact]
    public void Scores_of_a_batch_are_those_of_each_alone()
    {
        using var folder = ModelFolder.Load(made.At("full"));
        ExampleTokens tokens = new(folder.Tokenizer, folder.Model.Language.Context, folder.Model.EndTokens);
        var examples = tokens.All(ExampleFile.Load(made.At("full.json")).Take(9));
        var together = Score(folder.Model.Language, examples);
        LanguageUnlearningTask task = new(folder.Model.Module, examples, []);
        for (var i = 0; i < examples.Count; i++)
        {
            var alone = Score(folder.Model.Language, [examples[i]])[0];
            Assert.Equal(examples[i].Answer.Count, alone.Hits.Count);
            using var loss = task.Loss(ExampleSet.Forget, [i]);
            Assert.Equal(loss.Item(), together[i].Loss, 1e-4);
            Assert.Equal(alone.Loss, together[i].Loss, 1e-4);
            Assert.Equal(alone.Hits, together[i].Hits);
            Assert.All(alone.Means.Zip(together[i].Means), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        }
    }

    [Fact]
    public void A_uniform_model_has_probability_one_over_the_vocabulary_for_every_length()
    {
        using var folder = ModelFolder.Load(made.At("full"));
        using (GradMode.Disable())
        {
            foreach (var parameter in folder.Model.Module.Parameters)
            {
                using var zeros = Tensor.Zeros(parameter.Value.Shape.ToArray());
                parameter.Value.CopyFrom(zeros);
            }
        }

        ExampleTokens tokens = new(folder.Tokenizer, folder.Model.Language.Context, folder.Model.EndTokens);
        ModelJudge judge = new(tokens, folder.Tokenizer, folder.Model.EndTokens, 4);
        var scores = judge.Judge(
            folder.Model.Language, new AuditSet("forget", ExampleFile.Load(made.At("forget10.json"))), cancellation: TestContext.Current.CancellationToken);
        Assert.All(scores.Probability, p => Assert.Equal(1.0 / folder.Model.Language.Vocabulary, p, 1e-6));
        Assert.All(scores.TruthRatios, r => Assert.Equal(1, r, 1e-5));
    }

    [Fact]
    public void A_request_is_done_recorded_and_judged_and_the_original_stays()
    {
        var before = ModelFolder.Checksums(made.At("full"));
        var plan = made.Plan("gradient-difference", "out-difference") with
        {
            Epochs = 10,
            Options = new Dictionary<string, string> { ["alpha"] = "1" },
            OptimizerOptions = new Dictionary<string, string> { ["learningRate"] = "5e-4", ["weightDecay"] = "0.01" },
            Command = "nabla unlearn <it>",
        };
        var outcome = Start(plan);
        Assert.Equal(before, ModelFolder.Checksums(made.At("full")));
        Assert.Equal(before, outcome.Original);
        Assert.NotEqual(before["model.safetensors"], outcome.Written["model.safetensors"]);
        Assert.Equal(before["tokenizer.json"], outcome.Written["tokenizer.json"]);

        double At(ModelAudit? audit, string name) => audit!.Metrics[name].Mean;
        Assert.True(At(outcome.Before, "forget_probability") > At(outcome.Retrained, "forget_probability") + 0.2);
        Assert.True(At(outcome.After, "forget_probability") < At(outcome.Before, "forget_probability") / 2);
        Assert.Equal(1, At(outcome.Retrained, "forget_quality"));
        Assert.Equal(0, At(outcome.Retrained, "privacy_leak"), 1e-6);
        Assert.Equal(0.5, At(outcome.Retrained, "membership_reference"), 1e-9);
        Assert.True(At(outcome.Before, "membership_loss") > At(outcome.Retrained, "membership_loss"));
        Assert.InRange(At(outcome.After, "model_utility"), 0.01, 1);
        Assert.All(outcome.After!.Metrics, m => Assert.True(m.Value.Low is null || (m.Value.Low <= m.Value.Mean && m.Value.Mean <= m.Value.High), m.Key));
        Assert.Contains("membership_gradient_norm", outcome.After.Metrics.Keys);

        // The written model is the judged one.
        using var written = ModelFolder.Load(plan.Out!);
        ExampleTokens tokens = new(written.Tokenizer, written.Model.Language.Context, written.Model.EndTokens);
        var scored = Score(written.Model.Language, tokens.All(ExampleFile.Load(plan.Forget)));
        Assert.Equal(outcome.After.Forgotten.Losses.Average(), scored.Average(s => s.Loss), 1e-4);

        var record = JsonNode.Parse(File.ReadAllText(Path.Combine(plan.Out!, "record.json")))!;
        Assert.Equal("gradient-difference", record["asked"]!["method"]!.GetValue<string>());
        Assert.Equal(6, record["asked"]!["forget_examples"]!.GetValue<int>());
        Assert.Equal(outcome.Original["model.safetensors"], record["checksums"]!["original"]!["model.safetensors"]!.GetValue<string>());
        Assert.Equal(5, record["checksums"]!["data"]!.AsObject().Count);
        Assert.True(record["done"]!["trained_numbers"]!.GetValue<long>() > 100_000);
        Assert.NotEmpty(record["not_measured"]!.AsArray());
        var page = File.ReadAllText(outcome.Report);
        XDocument.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        Assert.Contains("This is no certificate of deletion", page, StringComparison.Ordinal);
        Assert.Contains("attack-min-k", page, StringComparison.Ordinal);
        Assert.Contains("nabla unlearn &lt;it&gt;", page, StringComparison.Ordinal);
        Assert.Contains("What was not measured", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_around_the_model_leaves_the_weights_and_writes_its_head_beside_them()
    {
        var plan = made.Plan("t3", "out-t3") with { Epochs = 20 };
        var outcome = Start(plan);
        Assert.Equal(0, outcome.TrainedNumbers);
        using var original = ModelFolder.Load(made.At("full"));
        using var written = PretrainedModel.Load(plan.Out!);
        Assert.Equal(WeightChecksum.Of(original.Model.Module), WeightChecksum.Of(written.Module));
        using var scorer = T3Files.Load(Path.Combine(plan.Out!, T3Files.FileName), written.Module);
        ExampleTokens tokens = new(original.Tokenizer, original.Model.Language.Context, original.Model.EndTokens);
        var scored = Score(scorer, tokens.All(ExampleFile.Load(plan.Forget)));
        Assert.Equal(outcome.After!.Forgotten.Losses.Average(), scored.Average(s => s.Loss), 1e-4);
        Assert.Contains(T3Files.FileName, outcome.Written.Keys);
        Assert.DoesNotContain("membership_gradient_norm", outcome.After.Metrics.Keys);
        Assert.Contains(outcome.NotMeasured, s => s.Contains("gradient-norm", StringComparison.Ordinal));
        Assert.Contains("holds a model behind a T3 head", Assert.Throws<DataException>(() => ModelFolder.Load(plan.Out!)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_of_a_run_can_forget_more_and_the_same_seed_gives_the_same_weights()
    {
        var plan = made.Plan("gradient-ascent", "out-first") with { Audit = false, Epochs = 1 };
        var first = Start(plan);
        Assert.Null(first.Before);
        Assert.EndsWith("record.json", first.Report, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(plan.Out!, "audit.html")));
        var again = Start(plan with { Out = made.At("out-again") });
        Assert.Equal(first.Written["model.safetensors"], again.Written["model.safetensors"]);
        var more = Start(plan with { Model = first.Run, Out = made.At("out-more") });
        Assert.Equal(first.Written["model.safetensors"], more.Original["model.safetensors"]);
        Assert.NotEqual(first.Written["model.safetensors"], more.Written["model.safetensors"]);
        using var store = RunStore.Open(made.Home);
        Assert.Equal("unlearn:forget10", store.Get(more.Run).Task);
        Assert.Equal("completed", store.Get(more.Run).Ending);
    }

    [Fact]
    public void A_language_model_can_be_retrained()
    {
        using var folder = ModelFolder.Load(made.At("full"));
        ExampleTokens tokens = new(folder.Tokenizer, folder.Model.Language.Context, folder.Model.EndTokens);
        var examples = tokens.All(ExampleFile.Load(made.At("forget10.json")));
        LanguageUnlearningTask task = new(folder.Model.Module, examples, [], null, seed => PretrainedModel.Create(folder.Model.Configuration, seed).Module);
        var trained = WeightChecksum.Of(folder.Model.Module);
        task.Restart(new Seed(1));
        var one = WeightChecksum.Of(folder.Model.Module);
        task.Restart(new Seed(2));
        Assert.NotEqual(one, WeightChecksum.Of(folder.Model.Module));
        task.Restart(new Seed(1));
        Assert.Equal(one, WeightChecksum.Of(folder.Model.Module));
        Assert.NotEqual(trained, one);
        Assert.Throws<InvalidOperationException>(() => new LanguageUnlearningTask(folder.Model.Module, examples, []).Restart(new Seed(1)));
    }

    [Fact]
    public void What_cannot_be_is_said_before_anything_is_done()
    {
        var plan = made.Plan("npo", "out-never");
        string Says<T>(UnlearningPlan asked)
            where T : Exception => Assert.Throws<T>(() => Start(asked)).Message;
        Assert.Contains("which is never written to", Says<DataException>(plan with { Out = plan.Model }), StringComparison.Ordinal);
        Assert.Contains("which is never written to", Says<DataException>(plan with { Out = plan.Model + "/" }), StringComparison.Ordinal);
        Assert.Contains("which is never written to", Says<DataException>(plan with { Out = plan.Retrained! }), StringComparison.Ordinal);
        Assert.Contains("There is no folder and no run", Says<DataException>(plan with { Model = "nowhere" }), StringComparison.Ordinal);
        Assert.Contains("is no method of unlearning", Says<OptionException>(plan with { Method = "adamw" }), StringComparison.Ordinal);
        Assert.Contains("There is no method", Says<OptionException>(plan with { Method = "npoo" }), StringComparison.Ordinal);
        Assert.Contains("has no option", Says<OptionException>(plan with { Options = new Dictionary<string, string> { ["betta"] = "1" } }), StringComparison.Ordinal);
        Assert.Contains("which the request names as well", Says<DataException>(plan with { Unseen = plan.Retain }), StringComparison.Ordinal);
        Assert.Contains("Two sets are called", Says<DataException>(plan with { Utility = [plan.Utility[0], plan.Utility[0]] }), StringComparison.Ordinal);
        Assert.Contains("must hold {question} once", Says<DataException>(plan with { Template = "Q" }), StringComparison.Ordinal);
        Assert.False(Directory.Exists(plan.Out!));
    }

    [Fact]
    public void Settings_for_profiles_are_settings_of_methods()
    {
        Assert.All(StudyFindings.Named, name => UnlearningRun.OptionsOf(name, new Dictionary<string, string>()));
        var plan = UnlearningSettings.ForProfiles(made.Plan("npo", "x") with { Options = new Dictionary<string, string> { ["alpha"] = "2" } });
        Assert.Equal("2", plan.Options["alpha"]);
        var published = UnlearningSettings.Published(plan with { OptimizerOptions = new Dictionary<string, string> { ["learningRate"] = "1" } });
        Assert.Equal("1", published.OptimizerOptions["learningRate"]);
        Assert.Equal("0.01", published.OptimizerOptions["weightDecay"]);
    }

    [Fact]
    public void A_study_holds_methods_beside_each_other_and_papers_beside_the_study()
    {
        ProfileStudyPlan plan = new()
        {
            Profiles = made.Folder,
            Methods = ["gradient-difference", "npo", "t3"],
            Options = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["npo"] = new Dictionary<string, string> { ["optimizer.learningRate"] = "1e-9" } },
            Authors = 6,
            TrainingEpochs = 30,
            Seed = 5,
            Home = made.Home,
            ReportFolder = made.At("reports"),
        };
        var result = Study(plan);
        Assert.Equal(plan.Methods, result.Methods.Select(m => m.Name));
        Assert.All(result.Methods, m => Assert.True(m.IsMeasured));
        // Nothing moved: as the original.
        Assert.Equal(result.Original.Metrics["forget_probability"].Mean, result.Methods[1].Value("forget_probability"), 1e-3);
        Assert.True(result.Methods[0].Value("forget_probability") < result.Methods[1].Value("forget_probability"));
        Assert.Equal(["t3", "t3"], result.Findings.Select(f => f.Method));
        // Without its head T3 forgets nothing that it knows, but is as warm.
        Assert.True(result.Methods[2].Value("model_utility_tempered_only") > 0);
        Assert.Contains("what is lost between these two is the temperature's", result.Findings[1].Sentence, StringComparison.Ordinal);
        Assert.Equal(
            result.Methods[2].Value("forget_quality_log10") >= result.Methods[1].Value("forget_quality_log10"), result.Findings[0].Holds);
        XDocument.Parse(File.ReadAllText(result.Report).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        Assert.Contains("of another making", Assert.Throws<DataException>(() => Study(plan with { Authors = 7 })).Message, StringComparison.Ordinal);
        Assert.Contains("holds other things", Assert.Throws<DataException>(() => Study(plan with { Profiles = made.At("full") })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_front_of_merits_is_that_of_faults_with_the_signs_turned()
    {
        (string, int, double, double)[] dots = [("a", 0, 1, 1), ("b", 0, 2, 2), ("c", 0, 3, 0), ("d", 0, 2, 1)];
        Assert.Equal(["b", "c"], ParetoChart.Front(dots, moreIsBetter: true).Select(d => d.Name));
        Assert.Equal(["a", "c"], ParetoChart.Front(dots, moreIsBetter: false).Select(d => d.Name));
    }

    private static IReadOnlyList<ScoredAnswer> Score(ISequenceScorer scorer, IReadOnlyList<TokenExample> examples) =>
        SequenceScoring.Score(scorer, examples, TestContext.Current.CancellationToken);

    private static UnlearningOutcome Start(UnlearningPlan plan) => UnlearningRun.Start(plan, null, TestContext.Current.CancellationToken);

    private static ProfileStudyResult Study(ProfileStudyPlan plan) => ProfileStudy.Run(plan, null, TestContext.Current.CancellationToken);
}
