namespace Nabla.Experiments.Tests;

public sealed class RunFolderTests
{
    private static readonly RunRecord _record = new()
    {
        Verb = "train",
        Task = "text",
        Method = "adamw",
        MethodOptions = new Dictionary<string, string> { ["learningRate"] = "0.003" },
        TaskOptions = new TaskSettings { Data = "/data/größe \"x\"", Batch = 7, Dropout = 0.1 },
        Training = new TrainingSettings { MaxTime = TimeSpan.FromMinutes(1.5), ClipNorm = 0.30000000000000004, MaxSteps = 12 },
        Seed = long.MaxValue,
        Threads = 2,
    };

    [Fact]
    public void Create_ManyInOneSecond_HaveSortableUniqueIds()
    {
        using TemporaryFolder home = new();
        SteppingClock clock = new(TimeSpan.Zero);
        string[] ids = [.. Enumerable.Range(0, 3).Select(_ => RunFolder.Create(_record, home.Path, clock).Id)];
        Assert.Equal(["310203-040506-01", "310203-040506-02", "310203-040506-03"], ids);
        Assert.Equal(ids, RunFolder.List(home.Path).Select(r => r.Id));
    }

    [Fact]
    public void Open_GivesBackEverySetting()
    {
        using TemporaryFolder home = new();
        RunFolder created = RunFolder.Create(_record, home.Path);
        RunFolder opened = RunFolder.Open(created.Id, home.Path);
        Assert.Equal(created.Record.Training, opened.Record.Training);
        Assert.Equal(created.Record.TaskOptions, opened.Record.TaskOptions);
        Assert.Equal(created.Record.MethodOptions, opened.Record.MethodOptions);
        Assert.Equal(long.MaxValue, opened.Record.Seed);
        Assert.Null(opened.Record.Ending);
        opened.Update(r => r with { Ending = "cancelled", FinalLoss = 0.1 + 0.2 });
        RunRecord again = RunFolder.Open(created.Id, home.Path).Record;
        Assert.Equal("cancelled", again.Ending);
        Assert.Equal(0.1 + 0.2, again.FinalLoss);
        Assert.Equal(created.Record.Started, again.Started);
        string json = File.ReadAllText(Path.Combine(created.Path, "run.json"));
        Assert.Contains("\"final_loss\": 0.30000000000000004", json, StringComparison.Ordinal);
        Assert.Contains("\"commit\": \"unknown\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("310203-000000-01")]
    [InlineData("../runs")]
    [InlineData("")]
    public void Open_Unknown_NamesTheNewest(string id)
    {
        using TemporaryFolder home = new();
        Assert.EndsWith(
            "There are no runs yet; 'nabla train' makes one.",
            Assert.Throws<RunStoreException>(() => RunFolder.Open(id, home.Path)).Message, StringComparison.Ordinal);
        string known = RunFolder.Create(_record, home.Path).Id;
        Assert.Equal(
            $"There is no run '{id}' in '{Path.Combine(home.Path, "runs")}'. The newest are {known}.",
            Assert.Throws<RunStoreException>(() => RunFolder.Open(id, home.Path)).Message);
    }

    [Fact]
    public void Open_Damaged_SaysWhichFile()
    {
        using TemporaryFolder home = new();
        RunFolder run = RunFolder.Create(_record, home.Path);
        File.WriteAllText(Path.Combine(run.Path, "run.json"), "{\"verb\": ");
        Assert.StartsWith(
            $"'{Path.Combine(run.Path, "run.json")}' is damaged: ",
            Assert.Throws<RunStoreException>(() => RunFolder.Open(run.Id, home.Path)).Message, StringComparison.Ordinal);
        Assert.Empty(RunFolder.List(home.Path));
    }

    [Fact]
    public void Create_HomeIsAFile_SaysWhatToDo()
    {
        using TemporaryFolder home = new();
        string file = Path.Combine(home.Path, "file");
        File.WriteAllText(file, "");
        Assert.EndsWith(
            "Set NABLA_HOME to a folder that can be written.",
            Assert.Throws<RunStoreException>(() => RunFolder.Create(_record, file)).Message, StringComparison.Ordinal);
    }
}
