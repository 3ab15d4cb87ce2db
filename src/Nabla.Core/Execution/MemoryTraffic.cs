using System.Numerics;
using Nabla.Engine;

namespace Nabla.Core;

/// <summary>
/// Counts what the fused passes of steps must move through memory: each reads and writes what its equations look at, and passes
/// that share chunks share what both read. Given as <see cref="ExecutionOptions.Traffic"/>, for optimizers that step on one thread.
/// </summary>
public sealed class MemoryTraffic
{
    /// <summary>Bytes read.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>Bytes written.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>Begins again from zero.</summary>
    public void Clear() => (ReadBytes, WrittenBytes) = (0, 0);

    /// <summary>Counts a pass of sums.</summary>
    internal void CountSums(IReadOnlyList<TensorWork> works, int pass)
    {
        foreach (var work in works)
        {
            ReadBytes += work.Length * Size(work, Summands(work, pass));
        }
    }

    /// <summary>Counts a pass of updates with what goes along.</summary>
    internal void CountUpdate(IReadOnlyList<TensorWork> works)
    {
        const uint Shared = SummandReads.Parameter | SummandReads.Gradient;
        foreach (var work in works)
        {
            var states = work.Active << 2;
            ReadBytes += work.Length * Size(work, Shared | states);
            WrittenBytes += work.Length * (Size(work, SummandReads.Parameter | states) + SizeOfFollower(work));
            if (work.Before is { } before)
            {
                var moved = work.Length * Size(before, before.Active << 2);
                (ReadBytes, WrittenBytes) = (ReadBytes + moved, WrittenBytes + moved);
            }

            if (work.After is { } after)
            {
                ReadBytes += work.Length * Size(after, Summands(after, 0) & ~Shared);
            }
        }
    }

    private static uint Summands(TensorWork work, int pass)
    {
        var bits = 0u;
        for (var r = 0; r < work.Reductions.Length; r++)
        {
            bits |= work.Method.Reductions[r].Pass == pass ? work.Reads[r] : 0;
        }

        return bits;
    }

    /// <summary>Bytes an element of a parameter that only follows its copy in float32.</summary>
    private static int SizeOfFollower(TensorWork work) =>
        work.Staging is { Master: not 0 } staging ? staging.ParameterType.Size() : 0;

    /// <summary>Bytes an element of what the bits of <see cref="SummandReads"/> name.</summary>
    private static int Size(TensorWork work, uint bits)
    {
        if (work.Staging is not { } staging)
        {
            return BitOperations.PopCount(bits) * (work.Lane == LaneKind.Double ? sizeof(double) : sizeof(float));
        }

        var size = (bits & SummandReads.Parameter) == 0 ? 0
            : staging.Master == 0 ? staging.ParameterType.Size() : sizeof(float);
        size += (bits & SummandReads.Gradient) == 0 ? 0 : staging.GradientType.Size();
        for (var i = 0; i < State<DoubleLane>.Capacity; i++)
        {
            size += (bits & SummandReads.State(i)) == 0 ? 0 : staging.StateTypes[i].Size();
        }

        return size;
    }
}
