using System.Diagnostics;
using Nabla.Runs;

namespace Nabla.Bench;

/// <summary>What the run store costs a training: processor time beside that of the same loop without it.</summary>
internal static class StoreBench
{
    private const int StepsASecond = 1000;
    private const int Seconds = 8;
    private const int Series = 3;

    /// <summary>Steps of a millisecond with three measurements each, written live.</summary>
    /// <returns>Nanoseconds a measurement on the training thread, and the share of a step's time that everything takes.</returns>
    public static (double AppendNanoseconds, double ShareOfStep) Measure()
    {
        string home = Directory.CreateTempSubdirectory("nabla-bench-").FullName;
        try
        {
            using RunStore store = RunStore.Open(home);
            using RunWriter writer = store.StartRun(new StoredRun { Verb = "train", Task = "bench", Method = "none" });
            string[] names = [.. Enumerable.Range(0, Series).Select(i => $"series {i}")];
            Loop(null, names, 2);
            double without = Loop(null, names, Seconds);
            double with = Loop(writer, names, Seconds);

            const int appends = 1_000_000;
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < appends; i++)
            {
                writer.Append(names[0], i, i, i);
            }

            double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / appends;
            writer.Finish(new RunOutcome("completed", ""));
            return (nanoseconds, (with - without) / Seconds);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    /// <summary>Processor seconds of the whole process for so many seconds of steps.</summary>
    private static double Loop(RunWriter? writer, string[] names, int seconds)
    {
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        for (int step = 1; step <= seconds * StepsASecond;)
        {
            // The clock decides how many steps are due, so that a busy machine changes nothing.
            int due = (int)Math.Min(Stopwatch.GetElapsedTime(start).TotalSeconds * StepsASecond, seconds * StepsASecond);
            for (; step <= due; step++)
            {
                foreach (string name in names)
                {
                    writer?.Append(name, step, step * 1e-3, 1.0 / step);
                }
            }

            Thread.Sleep(1);
        }

        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    }
}
