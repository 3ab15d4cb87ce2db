using System.Diagnostics;

namespace Nabla.Bench;

/// <summary>A moment or a span, in seconds of the clock and in seconds of the processor over all threads of this process.</summary>
internal readonly record struct LlamaTime(double Clock, double Processor)
{
    public static LlamaTime operator -(LlamaTime end, LlamaTime begin) => new(end.Clock - begin.Clock, end.Processor - begin.Processor);

    public static LlamaTime Now()
    {
        using var process = Process.GetCurrentProcess();
        return new(Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency, process.TotalProcessorTime.TotalSeconds);
    }
}
