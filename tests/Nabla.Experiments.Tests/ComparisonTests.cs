using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Nabla.Testing;

namespace Nabla.Experiments.Tests;

public sealed class ComparisonTests
{
    private static readonly XNamespace _html = "http://www.w3.org/1999/xhtml";

    [Fact]
    public void Run_EveryMethod_SeesTheSameWeightsAndBatches()
    {
        using TemporaryFolder home = new();
        List<(long Seed, Regression Task, float[] Weights)> tasks = [];
        ComparisonResult result = Comparison.Run(
            Plan(home) with { Seeds = 2, Seed = 40 },
            Methods.Parts((seed, task) => tasks.Add((seed, task, task.Weights()))),
            null, TestContext.Current.CancellationToken);

        // The first is the one for warming up; then seed by seed a task for every method.
        Assert.Equal([40, 40, 40, 40, 41, 41, 41], tasks.Select(t => t.Seed));
        foreach (long seed in new long[] { 40, 41 })
        {
            var same = tasks.Skip(1).Where(t => t.Seed == seed).ToArray();
            Assert.All(same, t => Assert.Equal(12, t.Task.Batches.Count));
            Assert.All(same, t => Assert.Equal(same[0].Task.Batches, t.Task.Batches));
            Assert.All(same, t => Assert.Equal(same[0].Weights, t.Weights));
        }

        Assert.NotEqual(tasks[1].Task.Batches, tasks[4].Task.Batches);
        Assert.Equal(["adamw", "mvn-grad", "sgd"], result.Methods.Select(m => m.Name));
        Assert.All(result.Methods, m => Assert.Equal("completed", m.Ending));
        Assert.All(result.Methods, m => Assert.Equal(12, m.Steps));
        Assert.Equal(1, result.Methods.Sum(m => m.BestProbability!.Value), 1e-9);
        MethodOutcome best = result.Methods.MinBy(m => m.FinalLoss!.Value.Mean)!;
        Assert.Equal(best.Name, result.Best);
        foreach (MethodOutcome method in result.Methods)
        {
            Interval loss = method.FinalLoss!.Value;
            Assert.Equal(method.Runs.Average(r => r.FinalLoss!.Value), loss.Mean, 1e-12);
            Assert.True(loss.Low <= loss.Mean && loss.Mean <= loss.High);
            foreach (ComparedRun run in method.Runs)
            {
                StoredRun record = Stored(home, run.Run);
                Assert.Equal(("compare", method.Name, "completed", 12L), (record.Verb, record.Method, record.Ending, record.Steps));
                Assert.Equal(run.FinalLoss, record.ValidationLoss);
            }
        }
    }

    [Fact]
    public void Run_OneMethodFails_TheOthersAreCompared()
    {
        using TemporaryFolder home = new();
        ExperimentParts parts = Methods.Parts();
        ComparisonResult result = Comparison.Run(
            Plan(home) with { Seeds = 2, Methods = [new("adamw"), new("mvn-grad"), Sgd(1e30)] },
            parts with
            {
                CreateOptimizer = (name, options, task) => name == "mvn-grad"
                    ? throw new InvalidOperationException("it <broke> & burned")
                    : parts.CreateOptimizer(name, options, task),
            },
            null, TestContext.Current.CancellationToken);

        Assert.Equal("adamw", result.Best);
        Assert.Equal(["completed", "failed", "non-finite"], result.Methods.Select(m => m.Ending));
        Assert.Null(result.Methods[1].FinalLoss);
        Assert.Null(result.Methods[2].FinalLoss);
        Assert.Equal([1.0, 0.0, 0.0], result.Methods.Select(m => m.BestProbability!.Value));
        Assert.Equal("it <broke> & burned", result.Methods[1].Runs[0].Advice);
        Assert.Equal("failed", Stored(home, result.Methods[1].Runs[0].Run).Ending);
        string text = XDocument.Parse(File.ReadAllText(result.Report!)).Root!.Value;
        Assert.Contains("it <broke> & burned", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OneSeed_ClaimsNoInterval()
    {
        using TemporaryFolder home = new();
        ComparisonResult result = Comparison.Run(Plan(home), Methods.Parts(), null, TestContext.Current.CancellationToken);
        Assert.All(result.Methods, m => Assert.Null(m.BestProbability));
        Assert.All(result.Methods, m => Assert.Null(m.FinalLoss!.Value.Low));
        Assert.NotNull(result.Best);
    }

    [Fact]
    public void Run_Tuned_EveryMethodHasAsManyTrialsOnASeedOfTheirOwn()
    {
        using TemporaryFolder home = new();
        List<(long Seed, Regression Task)> tasks = [];
        ComparisonResult result = Comparison.Run(
            Plan(home) with { Tune = Tuning.LearningRate, TuneTrials = 3, Steps = 20, Methods = [new("adamw"), Sgd(0.03)] },
            Methods.Parts((seed, task) => tasks.Add((seed, task))), null, TestContext.Current.CancellationToken);

        Assert.Equal([1e-4, 1e-3, 1e-2], result.Methods[0].Trials.Select(t => t.LearningRate));
        Assert.Equal([0.003, 0.03, 0.3], result.Methods[1].Trials.Select(t => t.LearningRate));
        foreach (MethodOutcome method in result.Methods)
        {
            double best = method.Trials.Where(t => t.Loss is not null).MinBy(t => t.Loss)!.LearningRate;
            Assert.Equal(best, double.Parse(method.Options["learningRate"], CultureInfo.InvariantCulture));
            Assert.Equal(
                method.Options["learningRate"], Stored(home, method.Runs[0].Run).Options["learningRate"]);
        }

        var trials = tasks.Where(t => t.Seed != 0).ToArray();
        Assert.Equal(6, trials.Length);
        Assert.Single(trials.Select(t => t.Seed).Distinct());
        Assert.All(trials, t => Assert.Equal(5, t.Task.Batches.Count));
    }

    [Theory]
    [InlineData(null, "0.0001", null, "0.01")]
    [InlineData("0.0005", "0.0005", "0.0005", "0.0005")]
    public void Run_Tuned_TheCompanionsRateGoesAlong_UnlessItWasGiven(string? given, string? low, string? centre, string? high)
    {
        const string option = "companion.learningRate";
        using TemporaryFolder home = new();
        Dictionary<string, string?> companions = [];
        ExperimentParts bare = Methods.Parts();
        static Dictionary<string, string> Own(IReadOnlyDictionary<string, string> options) =>
            options.Where(o => o.Key != option).ToDictionary(o => o.Key, o => o.Value);
        ExperimentParts parts = bare with
        {
            CheckMethod = (name, options) => bare.CheckMethod(name, Own(options)),
            CompanionLearningRate = name => name == "sgd" ? (option, 1e-3) : null,
            CreateOptimizer = (name, options, task) =>
            {
                companions[$"{name} {options.GetValueOrDefault("learningRate")}"] = options.GetValueOrDefault(option);
                return bare.CreateOptimizer(name, Own(options), task);
            },
        };
        Dictionary<string, string> settings = new() { ["learningRate"] = "0.03" };
        if (given is not null)
        {
            settings[option] = given;
        }

        Comparison.Run(
            Plan(home) with
            {
                Tune = Tuning.LearningRate,
                TuneTrials = 3,
                Steps = 4,
                Methods = [new("adamw"), new("sgd", settings)],
            },
            parts, null, TestContext.Current.CancellationToken);
        Assert.Equal(low, companions["sgd 0.003"]);
        Assert.Equal(centre, companions["sgd 0.03"]);
        Assert.Equal(high, companions["sgd 0.3"]);
        Assert.All(companions.Where(c => c.Key.StartsWith("adamw", StringComparison.Ordinal)), c => Assert.Null(c.Value));
    }

    [Fact]
    public void Run_TimeIsTheBudget_IsSharedEqually()
    {
        using TemporaryFolder home = new();
        ComparisonResult result = Comparison.Run(
            Plan(home) with { Steps = null, TotalTime = TimeSpan.FromSeconds(600), Clock = new SteppingClock(TimeSpan.FromSeconds(0.1)) },
            Methods.Parts(), null, TestContext.Current.CancellationToken);
        double[] seconds = [.. result.Methods.Select(m => m.Seconds)];
        Assert.All(seconds, s => Assert.InRange(s, 150, 202));
        Assert.True(seconds.Max() - seconds.Min() < 3);
        Assert.InRange(result.Elapsed.TotalSeconds, 450, 610);
    }

    [Fact]
    public void Run_FirstNewsComesAtOnceAndFractionsRise()
    {
        using TemporaryFolder home = new();
        Collected<ComparisonEvent> news = new();
        bool told = false;
        Comparison.Run(
            Plan(home), Methods.Parts((_, _) => told |= news.Reports.Count > 0), news, TestContext.Current.CancellationToken);
        Assert.True(told, "The first event comes before the first task is made.");
        Assert.Equal(ComparisonEventKind.Preparing, news.Reports[0].Kind);
        double[] fractions = [.. news.Reports.Select(r => r.Fraction)];
        Assert.Equal(0, fractions[0]);
        Assert.Equal(1, fractions[^1], 1e-9);
        Assert.Equal(3, news.Reports.Count(r => r.Kind == ComparisonEventKind.RunEnded));
        Assert.Contains(news.Reports, r => r.Kind == ComparisonEventKind.Progress && r.Training?.Step == 7);
    }

    [Fact]
    public void Run_Cancelled_ReportsWhatWasMeasured()
    {
        using TemporaryFolder home = new();
        using CancellationTokenSource source = new();
        Collected<ComparisonEvent> news = new(e =>
        {
            if (e.SeedIndex == 1 && e.Method == "mvn-grad" && e.Training?.Step == 3)
            {
                source.Cancel();
            }
        });
        ComparisonResult result = Comparison.Run(Plan(home) with { Seeds = 3 }, Methods.Parts(), news, source.Token);
        Assert.True(result.IsCancelled);
        Assert.Equal([2, 2, 1], result.Methods.Select(m => m.Runs.Count));
        Assert.Equal("cancelled", result.Methods[1].Ending);
        Assert.NotNull(result.Best);
        Assert.Contains("Cancelled before all runs were done.", File.ReadAllText(result.Report!), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_IsWellFormedSelfContainedAndHoldsEveryMethod()
    {
        using TemporaryFolder home = new();
        ComparisonPlan plan = Plan(home) with
        {
            Seeds = 3,
            Steps = 60,
            Tune = Tuning.LearningRate,
            TuneTrials = 2,
            Command = "nabla compare \"<a> & 'b'\"",
        };
        ComparisonResult result = Comparison.Run(plan, Methods.Parts(), null, TestContext.Current.CancellationToken);
        string text = File.ReadAllText(result.Report!);
        XDocument page = XDocument.Parse(text);
        foreach (MethodOutcome method in result.Methods)
        {
            Assert.Contains(page.Descendants(_html + "td"), td => td.Value == method.Name);
            Assert.All(method.Runs, r => Assert.Contains(page.Descendants(_html + "td"), td => td.Value == r.Run));
        }

        XNamespace svg = "http://www.w3.org/2000/svg";
        XElement[] charts = [.. page.Descendants(svg + "svg")];
        XElement[] pareto = [.. charts.Where(c => c.Parent!.Attribute("class")?.Value == "pareto")];
        Assert.Equal(ComparisonFigures.Of(result).Select(figure => figure.Title), page.Descendants(_html + "h3").Select(h => h.Value));
        XElement trials = Assert.Single(charts, c => c.Attribute("aria-label")!.Value == "Validation loss against the learning rate");
        Assert.Equal(3, trials.Descendants(svg + "polyline").Count());
        charts = [.. charts.Except(pareto).Except([trials])];
        // Three pictures of losses, each with ordinary and with logarithmic axes.
        Assert.Equal(6, charts.Length);
        Assert.All(charts, c => Assert.Equal(3, c.Descendants(svg + "polyline").Count()));
        Assert.All(charts, c => Assert.Equal(3, c.Descendants(svg + "polygon").Count()));
        Assert.Equal(2, pareto.Length);
        Assert.All(pareto, c => Assert.Equal(3, c.Descendants(svg + "circle").Count()));
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        Assert.Empty(page.Descendants(_html + "script"));
        Assert.Empty(page.Descendants(_html + "link"));
        Assert.DoesNotContain(page.Descendants().Attributes(), a => a.Name.LocalName is "src" or "href");
        Assert.Equal("nabla compare \"<a> & 'b'\"", page.Descendants(_html + "pre").Single(p => p.Attribute("id")?.Value == "command").Value);
        using JsonDocument data = JsonDocument.Parse(page.Descendants(_html + "pre").Single(p => p.Attribute("id")?.Value == "data").Value);
        foreach (MethodOutcome method in result.Methods)
        {
            JsonElement entry = data.RootElement.GetProperty("methods").EnumerateArray().Single(m => m.GetProperty("name").GetString() == method.Name);
            Assert.Equal(method.FinalLoss!.Value.Mean, entry.GetProperty("final_loss").GetProperty("mean").GetDouble());
            Assert.Equal(3, entry.GetProperty("runs").GetArrayLength());
            Assert.Equal(method.Runs[1].Series.Validation.Count, entry.GetProperty("runs")[1].GetProperty("validation").GetArrayLength());
            Assert.Equal(60, entry.GetProperty("runs")[1].GetProperty("training").GetArrayLength());
        }

        string markdown = File.ReadAllText(Path.ChangeExtension(result.Report!, ".md"));
        string[] rows = [.. markdown.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))];
        Assert.Equal(4, rows.Length);
        Assert.All(rows, row => Assert.Equal(13, row.Split('|').Length - 1));
        MethodOutcome first = result.Methods.MinBy(m => m.FinalLoss!.Value.Mean)!;
        Assert.StartsWith($"| {first.Name} | {first.FinalLoss!.Value.Mean.ToString("0.0000", CultureInfo.InvariantCulture)} |", rows[1], StringComparison.Ordinal);
        Assert.Contains("\n```\nnabla compare \"<a> & 'b'\"\n```\n", markdown, StringComparison.Ordinal);
        Assert.Contains("Rows drawn from a curve with noise & <tags> \"quoted\".", page.Root!.Value, StringComparison.Ordinal);
        Assert.Contains("variance", page.Root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Front_HoldsWhatNoOtherBeatsInBoth()
    {
        (string, int, double, double)[] dots =
            [("slow", 0, 9, 1), ("fast", 1, 1, 5), ("middle", 2, 4, 3), ("worse", 3, 5, 3), ("bad", 4, 10, 6), ("same", 5, 4, 3)];
        Assert.Equal(["fast", "middle", "same", "slow"], ParetoChart.Front(dots).Select(d => d.Name));
    }

    [Fact]
    public void Plan_WrongValues_AreRefusedBeforeAnythingIsWritten()
    {
        using TemporaryFolder home = new();
        ComparisonPlan plan = Plan(home);
        string Message(ComparisonPlan wrong) => Assert.ThrowsAny<ArgumentException>(
            () => Comparison.Run(wrong, Methods.Parts(), null, TestContext.Current.CancellationToken)).Message;
        Assert.StartsWith("There is nothing to compare: name one method or more.", Message(plan with { Methods = [] }), StringComparison.Ordinal);
        Assert.StartsWith("Named more than once: 'sgd'.", Message(plan with { Methods = [new("sgd"), new("sgd")] }), StringComparison.Ordinal);
        Assert.StartsWith("A comparison needs one budget", Message(plan with { Steps = null }), StringComparison.Ordinal);
        Assert.StartsWith("Seeds was 0; it must be from 1 to 1000.", Message(plan with { Seeds = 0 }), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(home.Path));
    }

    [Fact]
    public void TrainingRun_CancelledAndResumed_HasTheOutcomeOfTheUnbrokenRun()
    {
        using TemporaryFolder home = new();
        TrainingPlan plan = new()
        {
            Task = "regression",
            Method = "mvn-grad",
            Home = home.Path,
            Seed = 8,
            Threads = 1,
            Training = new TrainingSettings { MaxSteps = 15, EvaluateEvery = 5, ClipNorm = 2 },
        };
        TrainingOutcome whole = TrainingRun.Start(plan, Methods.Parts(), null, TestContext.Current.CancellationToken);
        using CancellationTokenSource source = new();
        TrainingOutcome part = TrainingRun.Start(
            plan, Methods.Parts(),
            new Collected<TrainingProgress>(p =>
            {
                if (p.Step == 6)
                {
                    source.Cancel();
                }
            }),
            source.Token);
        Assert.Equal("cancelled", Stored(home, part.Run.Id).Ending);
        TrainingOutcome resumed = TrainingRun.Resume(
            part.Run.Id, Methods.Parts(), home.Path, null, TestContext.Current.CancellationToken);

        StoredRun record = Stored(home, part.Run.Id);
        Assert.Equal("completed", record.Ending);
        Assert.Equal(15, record.Steps);
        Assert.Equal(whole.Result.FinalLoss, record.FinalLoss);
        Assert.Equal(whole.Result.ValidationLoss, record.ValidationLoss);
        Assert.NotNull(resumed.Result.Checkpoint);
        using RunStore store = RunStore.Open(home.Path);
        foreach (string series in new[] { MetricNames.Loss, MetricNames.ValidationLoss, MetricNames.GradientNorm })
        {
            Assert.Equal(series == MetricNames.ValidationLoss ? 4 : 15, store.Series(resumed.Run.Id, series).Count);
            Assert.Equal(
                store.Series(whole.Run.Id, series).Select(p => (p.Step, p.Value)),
                store.Series(resumed.Run.Id, series).Select(p => (p.Step, p.Value)));
        }

        Assert.Equal(1e-3, store.Series(whole.Run.Id, MetricNames.LearningRate)[0].Value);
        ComparisonResult comparison = Comparison.Run(Plan(home), Methods.Parts(), null, TestContext.Current.CancellationToken);
        string compared = comparison.Methods[0].Runs[0].Run;
        Assert.Equal(
            $"Run {compared} is a part of the comparison {comparison.Id}; go on with that: nabla resume {comparison.Id}",
            Assert.Throws<RunStoreException>(() => TrainingRun.Resume(
                compared, Methods.Parts(), home.Path, null, TestContext.Current.CancellationToken)).Message);
    }

    private static StoredRun Stored(TemporaryFolder home, string run)
    {
        using RunStore store = RunStore.Open(home.Path);
        return store.Get(run);
    }

    private static ComparedMethod Sgd(double rate) =>
        new("sgd", new Dictionary<string, string> { ["learningRate"] = rate.ToString("R", CultureInfo.InvariantCulture) });

    private static ComparisonPlan Plan(TemporaryFolder home) => new()
    {
        Task = "regression",
        Methods = [new("adamw"), new("mvn-grad"), new("sgd")],
        Steps = 12,
        Evaluations = 6,
        Threads = 1,
        Home = home.Path,
    };
}
