using Nabla.Testing;

namespace Nabla.Runs.Tests;

public sealed class RunStoreTests
{
    private static readonly StoredRun _run = new()
    {
        Verb = "train",
        Task = "text",
        Method = "adamw",
        Options = new Dictionary<string, string> { ["learningRate"] = "0.003", ["größe \"x\""] = "'; DROP TABLE runs; --" },
        Settings = """{"training":{"max_steps":12}}""",
        Seed = long.MaxValue,
        Versions = new Dictionary<string, string> { ["nabla"] = "0.1.0" },
        Device = "cpu",
        Threads = 2,
        Commit = "0123456789abcdef0123456789abcdef01234567",
        IsClean = false,
    };

    [Fact]
    public void StartRun_EverySetting_ComesBack()
    {
        using TemporaryFolder home = new();
        string id;
        using (RunStore store = RunStore.Open(home.Path, new FixedClock()))
        {
            using RunWriter writer = store.StartRun(_run);
            id = writer.Run;
        }

        using RunStore again = RunStore.Open(home.Path);
        StoredRun found = again.Get(id);
        Assert.Equal("310203-040506-01", id);
        Assert.Equal(FixedClock.Now, found.Started);
        Assert.Equal(_run.Options, found.Options);
        Assert.Equal(_run.Versions, found.Versions);
        Assert.Equal(
            _run with { Id = id, Started = FixedClock.Now, Updated = FixedClock.Now, Options = found.Options, Versions = found.Versions },
            found);
    }

    [Fact]
    public void StartRun_ManyInOneSecond_HaveSortableUniqueIds()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path, new FixedClock());
        // A folder without a row must not get checkpoints of another run.
        Directory.CreateDirectory(store.FolderOf("310203-040506-02"));
        string[] ids = [.. Enumerable.Range(0, 3).Select(_ => Start(store, _run))];
        Assert.Equal(["310203-040506-01", "310203-040506-03", "310203-040506-04"], ids);
        Assert.Equal(ids, store.List().Select(r => r.Id));
    }

    [Fact]
    public void AddRuns_KeepsFinishedRunsWithTheirSeries_AllOrNone()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path, new FixedClock());
        Directory.CreateDirectory(store.FolderOf("310203-040506-02"));
        FinishedRun Run(string ending, params double[] losses) => new(
            _run with { Ending = "given", Steps = 9 },
            new RunOutcome(ending, "Said.") { Steps = losses.Length, FinalLoss = losses[^1], Seconds = 2.5 },
            new Dictionary<string, IReadOnlyList<MetricPoint>> { ["loss"] = [.. losses.Select((loss, i) => new MetricPoint(i + 1, 0.5 * i, loss))] });
        IReadOnlyList<string> ids = store.AddRuns([Run("target-reached", 3, 2), Run("stalled", 7, double.NaN, 5)]);
        Assert.Equal(["310203-040506-01", "310203-040506-03"], ids);
        StoredRun second = store.Get(ids[1]);
        Assert.Equal(("stalled", "Said.", 3L, 5.0, 2.5), (second.Ending, second.Advice, second.Steps, second.FinalLoss, second.Seconds));
        Assert.Equal(_run.Options, second.Options);
        Assert.Equal([new MetricPoint(1, 0, 7), new MetricPoint(2, 0.5, double.NaN), new MetricPoint(3, 1, 5)], store.Series(ids[1], "loss"));
        Assert.Equal([3, 2], store.Series(ids[0], "loss").Select(p => p.Value));

        FinishedRun broken = Run("stalled", 1) with { Series = null! };
        Assert.ThrowsAny<Exception>(() => store.AddRuns([Run("stalled", 1), broken]));
        Assert.Equal(2, store.List().Count);
        Assert.Empty(store.AddRuns([]));
    }

    [Fact]
    public void Writer_PointsOfSeveralSeries_ComeBackToTheBit()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path);
        using RunWriter writer = store.StartRun(_run);
        MetricPoint[] losses = [.. Enumerable.Range(1, 20_000).Select(i => new MetricPoint(i, i * 0.1, Math.Sin(i) + 2))];
        losses[7] = losses[7] with { Value = double.NaN };
        losses[8] = losses[8] with { Value = double.NegativeInfinity };
        foreach (MetricPoint point in losses)
        {
            writer.Append(MetricNames.Loss, point.Step, point.Seconds, point.Value);
            if (point.Step % 3000 == 0)
            {
                writer.Append(MetricNames.ValidationLoss, point.Step, point.Seconds, -point.Value);
                writer.Flush();
            }
        }

        writer.Flush();
        Assert.Equal(["loss", "validation_loss"], store.SeriesNames(writer.Run));
        Assert.Equal(losses, store.Series(writer.Run, "loss"));
        Assert.Equal(losses[^1].Value, store.Get(writer.Run).FinalLoss);
        writer.Finish(new RunOutcome("completed", "All was well."));
        Assert.Equal(losses, store.Series(writer.Run, "loss"));
        Assert.Equal(losses[19_990..], store.Series(writer.Run, "loss", afterStep: 19_990));
        Assert.Equal([3000L, 6000, 9000, 12_000, 15_000, 18_000], store.Series(writer.Run, "validation_loss").Select(p => p.Step));
        Assert.Empty(store.Series(writer.Run, "no such"));
        Assert.Throws<InvalidOperationException>(() => writer.Finish(new RunOutcome("completed", "")));
    }

    [Fact]
    public void Writer_WithoutFlush_IsReadByOthersWithinASecondOrSo()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path);
        using RunWriter writer = store.StartRun(_run);
        writer.Append(MetricNames.Loss, 1, 0.25, 3.5);
        Assert.True(SpinWait.SpinUntil(() => store.Series(writer.Run, "loss").Count == 1, TimeSpan.FromSeconds(20)));
        StoredRun live = store.Get(writer.Run);
        Assert.Equal((1L, 0.25, 3.5, null), (live.Steps, live.Seconds, live.FinalLoss!.Value, live.Ending));
    }

    [Fact]
    public void Finish_TellsTheOutcome_AndDisposeAloneLeavesNone()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path);
        string finished = Start(store, _run, w => w.Finish(new RunOutcome("non-finite", "The loss was NaN.")
        {
            Steps = 9,
            FinalLoss = double.NaN,
            ValidationLoss = 1.5,
            Seconds = 2.25,
            PerSecond = 4,
            PeakBytes = 1L << 40,
        }));
        string left = Start(store, _run, w => w.Append(MetricNames.Loss, 3, 1, 0.5));
        StoredRun run = store.Get(finished);
        Assert.Equal(("non-finite", "The loss was NaN.", 9L, 2.25, 4.0, 1L << 40), (run.Ending, run.Advice, run.Steps, run.Seconds, run.PerSecond, run.PeakBytes));
        Assert.Null(run.FinalLoss);
        Assert.Equal(1.5, run.ValidationLoss);
        Assert.Null(store.Get(left).Ending);
        Assert.Equal([new MetricPoint(3, 1, 0.5)], store.Series(left, "loss"));
        store.FinishRun(left, new RunOutcome("failed", "Its process was lost."));
        Assert.Equal(("failed", 3L, 0.5), (store.Get(left).Ending, store.Get(left).Steps, store.Get(left).FinalLoss!.Value));
    }

    [Fact]
    public void ContinueRun_DropsWhatIsMeasuredAgain()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path);
        string id = Start(store, _run, w =>
        {
            for (int i = 1; i <= 10; i++)
            {
                w.Append(MetricNames.Loss, i, i, i);
                w.Flush();
            }

            w.Append(MetricNames.ValidationLoss, 9, 9, 9);
            w.Finish(new RunOutcome("cancelled", "Stopped."));
        });
        using (RunWriter writer = store.ContinueRun(id))
        {
            writer.DropAfter(6);
            Assert.Null(store.Get(id).Ending);
            writer.Append(MetricNames.Loss, 7, 70, 70);
            writer.Finish(new RunOutcome("completed", "Done."));
        }

        Assert.Equal([1.0, 2, 3, 4, 5, 6, 70], store.Series(id, "loss").Select(p => p.Value));
        Assert.Equal(["loss"], store.SeriesNames(id));
    }

    [Fact]
    public void List_FiltersAndOrders_AsAsked()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path, new FixedClock());
        foreach ((string verb, string method, double? loss) in
            new (string, string, double?)[] { ("train", "adamw", 2), ("compare", "sgd", null), ("train", "sgd", 1), ("train", "mvn-grad", 3) })
        {
            Start(store, _run with { Verb = verb, Method = method }, w => w.Finish(new RunOutcome(loss is null ? "failed" : "completed", "")
            {
                FinalLoss = loss,
            }));
        }

        Start(store, _run with { Method = "lion" });
        string[] Methods(RunFilter? filter, RunOrder order = RunOrder.Started, bool descending = false) =>
            [.. store.List(filter, order, descending).Select(r => r.Method)];
        Assert.Equal(["adamw", "sgd", "sgd", "mvn-grad", "lion"], Methods(null));
        Assert.Equal(["sgd", "adamw", "mvn-grad", "sgd", "lion"], Methods(null, RunOrder.FinalLoss));
        Assert.Equal(["mvn-grad", "adamw", "sgd"], Methods(new RunFilter { Ending = "completed" }, RunOrder.FinalLoss, true));
        Assert.Equal(["lion"], Methods(new RunFilter { Ending = "none" }));
        Assert.Equal(["sgd"], Methods(new RunFilter { Verb = "compare", Method = "sgd" }));
        Assert.Equal(["mvn-grad"], Methods(new RunFilter { Text = "MVN" }));
        Assert.Equal(["sgd", "sgd"], Methods(new RunFilter { Skip = 1, Limit = 2 }));
        Assert.Empty(Methods(new RunFilter { Since = FixedClock.Now.AddSeconds(1) }));
        Assert.Equal(5, Methods(new RunFilter { Since = FixedClock.Now, Task = "text" }).Length);
    }

    [Fact]
    public void Delete_RemovesRowMeasurementsAndFolder()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path);
        string kept = Start(store, _run, w => w.Append("loss", 1, 1, 1));
        string gone = Start(store, _run, w => w.Append("loss", 1, 1, 2));
        string folder = Path.Combine(store.FolderOf(gone), "checkpoints");
        Directory.CreateDirectory(folder);
        store.AddArtefact(gone, new Artefact("report", "report", "/tmp/r.html"));
        store.Delete(gone);
        Assert.Null(store.Find(gone));
        Assert.False(Directory.Exists(store.FolderOf(gone)));
        Assert.Empty(store.Series(gone, "loss"));
        Assert.Empty(store.Artefacts(gone));
        Assert.Equal([1.0], store.Series(kept, "loss").Select(p => p.Value));
        string message = Assert.Throws<RunStoreException>(() => store.Delete(gone)).Message;
        Assert.Equal($"There is no run '{gone}' in '{store.Home}'. The newest are {kept}.", message);
    }

    [Fact]
    public void Claims_LastOfEach_AndHistory()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path, new FixedClock());
        ClaimRecord first = store.RecordClaim(new ClaimRecord
        {
            Claim = "sgd/descends",
            Method = "sgd",
            Verdict = "fails",
            Seconds = 1.5,
            Figures = """{"slope":-0.25}""",
            Seed = 4,
            Mode = "quick",
            Version = "0.1.0",
        });
        Assert.Equal("[]", store.ClaimPlots(first.Claim));
        ClaimRecord second = store.RecordClaim(first with { Verdict = "holds", When = FixedClock.Now.AddDays(1), Mode = "full" });
        ClaimRecord other = store.RecordClaim(first with { Claim = "adam/steps" });
        Assert.Equal(FixedClock.Now, first.When);
        Assert.Equal([other, second], store.LastClaims());
        Assert.Equal([first, second], store.ClaimHistory("sgd/descends"));
    }

    [Fact]
    public void Comparisons_HoldTheirRunsInSlots()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path, new FixedClock());
        StoredComparison comparison = store.StartComparison(new StoredComparison { Task = "text", Plan = "{}", Command = "nabla compare" });
        Assert.Equal("c310203-040506-01", comparison.Id);
        string run = Start(store, _run with { Comparison = comparison.Id, Slot = "run/adamw/0" });
        Assert.Equal(run, store.FindSlot(comparison.Id, "run/adamw/0")!.Id);
        Assert.Null(store.FindSlot(comparison.Id, "run/adamw/1"));
        Assert.Equal([run], store.List(new RunFilter { Comparison = comparison.Id }).Select(r => r.Id));
        Assert.Contains(run, Assert.Throws<RunStoreException>(
            () => store.StartRun(_run with { Comparison = comparison.Id, Slot = "run/adamw/0" })).Message, StringComparison.Ordinal);
        StoredComparison ended = store.ChangeComparison(comparison.Id, c => c with { State = """{"a":1}""", Ending = "completed", Report = "/r" });
        Assert.Equal(ended, store.GetComparison(comparison.Id));
        Assert.Equal([ended], store.ListComparisons());
        Assert.Throws<RunStoreException>(() => store.GetComparison("c1"));
    }

    [Fact]
    public void Open_FolderThatCannotBe_SaysWhatToDo()
    {
        using TemporaryFolder home = new();
        string file = Path.Combine(home.Path, "file");
        File.WriteAllText(file, "");
        Assert.Contains("Set NABLA_HOME", Assert.Throws<RunStoreException>(() => RunStore.Open(file)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(home.Path, "store.db"), new string('x', 5000));
        string message = Assert.Throws<RunStoreException>(() => RunStore.Open(home.Path)).Message;
        Assert.Contains("is damaged or is no store", message, StringComparison.Ordinal);
    }

    private static string Start(RunStore store, StoredRun run, Action<RunWriter>? work = null)
    {
        using RunWriter writer = store.StartRun(run);
        work?.Invoke(writer);
        return writer.Run;
    }
}
