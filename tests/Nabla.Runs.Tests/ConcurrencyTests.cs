using Nabla.Testing;

namespace Nabla.Runs.Tests;

public sealed class ConcurrencyTests
{
    private static readonly StoredRun _run = new() { Verb = "train", Task = "text", Method = "adamw" };

    [Fact]
    public void OpenAndWrite_ManyAtOnce_LoseNothingAndNeverMeetALock()
    {
        using TemporaryFolder home = new();
        const int writers = 6;
        const int runs = 4;
        const int points = 300;
        List<string>[] ids = [.. Enumerable.Range(0, writers).Select(_ => new List<string>())];
        List<Exception> failures = [];
        Thread[] threads = [.. Enumerable.Range(0, writers).Select(index => new Thread(() =>
        {
            try
            {
                for (int r = 0; r < runs; r++)
                {
                    // Everyone opens a store of their own, the first ones while it does not exist.
                    using RunStore store = RunStore.Open(home.Path);
                    using RunWriter writer = store.StartRun(_run with { Seed = index });
                    for (int i = 1; i <= points; i++)
                    {
                        writer.Append(MetricNames.Loss, i, i, index);
                        if (i % 50 == 0)
                        {
                            writer.Flush();
                            store.List();
                        }
                    }

                    writer.Finish(new RunOutcome("completed", "") { Steps = points });
                    ids[index].Add(writer.Run);
                }
            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add(e);
                }
            }
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Empty(failures);
        using RunStore whole = RunStore.Open(home.Path);
        Assert.Equal(writers * runs, whole.List(new RunFilter { Ending = "completed" }).Count);
        for (int index = 0; index < writers; index++)
        {
            foreach (string id in ids[index])
            {
                Assert.Equal(index, whole.Get(id).Seed);
                Assert.Equal(
                    Enumerable.Range(1, points).Select(i => new MetricPoint(i, i, index)), whole.Series(id, MetricNames.Loss));
            }
        }
    }

    [Fact]
    public void Append_AMillionPoints_NeverWaitsForTheDisk()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path);
        using RunWriter writer = store.StartRun(_run);
        using RunStore other = RunStore.Open(home.Path);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1; i <= 1_000_000; i++)
        {
            writer.Append(MetricNames.Loss, i, i, i);
        }

        // The list doubles; nothing else is made for a point.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 200L << 20);
        writer.Finish(new RunOutcome("completed", ""));
        Assert.Equal(1_000_000, other.Series(writer.Run, MetricNames.Loss).Count);
    }

    [Fact]
    public void SourceState_OfACheckout_TellsWhetherItIsTheCommitThatWasBuilt()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(new SourceState(null, null), SourceState.Of(null, folder.Path));
        Assert.Equal(new SourceState("abc", null), SourceState.Of("abc", folder.Path));
        Git(folder.Path, "init", "-q");
        File.WriteAllText(Path.Combine(folder.Path, "a"), "a");
        Git(folder.Path, "add", "a");
        Git(folder.Path, "-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "-m", "m");
        string head = Git(folder.Path, "rev-parse", "HEAD").Trim();
        string inside = Path.Combine(folder.Path, "bin", "release");
        Directory.CreateDirectory(inside);
        Assert.Equal(new SourceState(head, true), SourceState.Of(head, inside));
        Assert.Equal(new SourceState(new string('0', 40), false), SourceState.Of(new string('0', 40), inside));
        File.WriteAllText(Path.Combine(folder.Path, "a"), "b");
        Assert.Equal(new SourceState(head, false), SourceState.Of(head, inside));
    }

    private static string Git(string folder, params string[] arguments)
    {
        System.Diagnostics.ProcessStartInfo start = new("git") { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using System.Diagnostics.Process git = System.Diagnostics.Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return output;
    }
}
