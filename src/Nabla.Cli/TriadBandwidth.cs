using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Nabla.Cli;

/// <summary>
/// Measures how fast this machine moves memory now: <c>a = b + s·c</c> over arrays far larger than its caches. It is
/// the yardstick for the optimizer steps timed in the same process.
/// </summary>
internal static unsafe class TriadBandwidth
{
    /// <summary>Measures.</summary>
    /// <param name="elements">The length of each of the three arrays of <c>float</c>.</param>
    /// <param name="threads">How many threads share the work.</param>
    /// <param name="repeats">How many passes are timed; the fastest counts.</param>
    /// <returns>Gigabytes (1e9) a second, counting two reads and one write of four bytes an element.</returns>
    public static double Measure(int elements, int threads, int repeats)
    {
        nuint bytes = (nuint)elements * sizeof(float);
        float* a = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        float* b = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        float* c = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        try
        {
            new Span<float>(a, elements).Clear();
            new Span<float>(b, elements).Fill(1);
            new Span<float>(c, elements).Fill(2);
            double best = double.PositiveInfinity;
            using Barrier barrier = new(threads);
            long started = 0;
            void Work(int part)
            {
                int from = (int)((long)elements * part / threads);
                int to = (int)((long)elements * (part + 1) / threads);
                for (int repeat = 0; repeat <= repeats; repeat++)
                {
                    barrier.SignalAndWait();
                    if (part == 0)
                    {
                        started = Stopwatch.GetTimestamp();
                    }

                    Pass(a + from, b + from, c + from, to - from, 0.5f);
                    barrier.SignalAndWait();
                    // The first pass compiles the loop and touches the pages.
                    if (part == 0 && repeat > 0)
                    {
                        best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
                    }
                }
            }

            Thread[] workers = [.. Enumerable.Range(1, threads - 1).Select(part => new Thread(() => Work(part)))];
            foreach (Thread worker in workers)
            {
                worker.Start();
            }

            Work(0);
            foreach (Thread worker in workers)
            {
                worker.Join();
            }

            return 3.0 * bytes / best / 1e9;
        }
        finally
        {
            NativeMemory.AlignedFree(a);
            NativeMemory.AlignedFree(b);
            NativeMemory.AlignedFree(c);
        }
    }

    private static void Pass(float* a, float* b, float* c, int count, float scale)
    {
        int i = 0;
        Vector<float> factor = new(scale);
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.Load(b + i) + (factor * Vector.Load(c + i))).Store(a + i);
        }

        for (; i < count; i++)
        {
            a[i] = b[i] + (scale * c[i]);
        }
    }
}
