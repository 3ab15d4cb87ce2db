using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Nabla.Core;

/// <summary>The fused loops of one rule, specialized by the runtime for each lane.</summary>
internal static class FusedKernel<TRule>
    where TRule : struct, IElementwiseKernel
{
    /// <summary>Elements whose summands are added side by side: the widest lane.</summary>
    private const int SumWidth = 16;

    public static void Update(TensorWork work, in KernelMemory memory, long start, long count)
    {
        switch (work.Lane)
        {
            case LaneKind.Double:
                Loop<DoubleLane>(work, in memory, start, count);
                break;
            case LaneKind.Float:
                Loop<FloatLane>(work, in memory, start, count);
                break;
            case LaneKind.Vector256:
                Finish(work, in memory, start, count, Loop<Vector256Lane>(work, in memory, start, count));
                break;
            default:
                Finish(work, in memory, start, count, Loop<Vector512Lane>(work, in memory, start, count));
                break;
        }
    }

    public static double Reduce(TensorWork work, in KernelMemory memory, int reduction, long start, long count) => work.Lane switch
    {
        LaneKind.Double => Sum<DoubleLane, double>(work, in memory, reduction, start, count),
        LaneKind.Float => Sum<FloatLane, float>(work, in memory, reduction, start, count),
        LaneKind.Vector256 => Sum<Vector256Lane, float>(work, in memory, reduction, start, count),
        _ => Sum<Vector512Lane, float>(work, in memory, reduction, start, count),
    };

    private static void Finish(TensorWork work, in KernelMemory memory, long start, long count, long done)
    {
        if (done < count)
        {
            Loop<FloatLane>(work, in memory, start + done, count - done);
        }
    }

    /// <summary>The fused loop: reads each element once, updates, writes once. Returns how many elements were done.</summary>
    private static long Loop<T>(TensorWork work, in KernelMemory memory, long start, long count)
        where T : struct, IMemoryLane<T>
    {
        if (default(TRule) is IWrappedKernel)
        {
            var sets = ScalarSets<T>.From(work);
            return Walk(work, in memory, in sets.First, start, count);
        }

        var h = Scalars<T>.From(work.Scalars, work.Flags[0]);
        return Walk(work, in memory, in h, start, count);
    }

    // Not inlined: how much the runtime inlines into a method depends on the size of that method itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static long Walk<T>(TensorWork work, in KernelMemory memory, in Scalars<T> h, long start, long count)
        where T : struct, IMemoryLane<T>
    {
        var p = memory.Parameter;
        var g = memory.Gradient;
        var s0 = memory.Slot0;
        var s1 = memory.Slot1;
        var s2 = memory.Slot2;
        var s3 = memory.Slot3;
        var s4 = memory.Slot4;
        var s5 = memory.Slot5;
        var active = work.Active;

        // A copy whose address nobody takes is kept in registers.
        var own = default(TRule) is IWrappedKernel ? default : h;
        var end = (nint)(start + count - T.Width);
        var i = (nint)start;
        for (; i <= end; i += T.Width)
        {
            var parameter = T.Load(p, i);
            var gradient = T.Load(g, i);
            State<T> state = default;

            // StateCount is a constant of the rule, so only the loads it needs remain.
            if (TRule.StateCount > 0 && (active & 1) != 0)
            {
                state.Slot0 = T.Load(s0, i);
            }

            if (TRule.StateCount > 1 && (active & 2) != 0)
            {
                state.Slot1 = T.Load(s1, i);
            }

            if (TRule.StateCount > 2 && (active & 4) != 0)
            {
                state.Slot2 = T.Load(s2, i);
            }

            if (TRule.StateCount > 3 && (active & 8) != 0)
            {
                state.Slot3 = T.Load(s3, i);
            }

            if (TRule.StateCount > 4 && (active & 16) != 0)
            {
                state.Slot4 = T.Load(s4, i);
            }

            if (TRule.StateCount > 5 && (active & 32) != 0)
            {
                state.Slot5 = T.Load(s5, i);
            }

            if (default(TRule) is IWrappedKernel)
            {
                TRule.Update(ref parameter, gradient, ref state, in h);
            }
            else
            {
                TRule.Update(ref parameter, gradient, ref state, in own);
            }

            T.Store(parameter, p, i);
            if (TRule.StateCount > 0 && (active & 1) != 0)
            {
                T.Store(state.Slot0, s0, i);
            }

            if (TRule.StateCount > 1 && (active & 2) != 0)
            {
                T.Store(state.Slot1, s1, i);
            }

            if (TRule.StateCount > 2 && (active & 4) != 0)
            {
                T.Store(state.Slot2, s2, i);
            }

            if (TRule.StateCount > 3 && (active & 8) != 0)
            {
                T.Store(state.Slot3, s3, i);
            }

            if (TRule.StateCount > 4 && (active & 16) != 0)
            {
                T.Store(state.Slot4, s4, i);
            }

            if (TRule.StateCount > 5 && (active & 32) != 0)
            {
                T.Store(state.Slot5, s5, i);
            }
        }

        return i - start;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe double Sum<T, TElement>(TensorWork work, in KernelMemory memory, int reduction, long start, long count)
        where T : struct, IMemoryLane<T>
        where TElement : unmanaged
    {
        // Sixteen sums side by side whatever the lane, so that every lane adds in the same order.
        var block = stackalloc TElement[SumWidth];
        var sets = ScalarSets<T>.From(work);
        ref readonly var h = ref sets.First;
        var reads = work.Reads[reduction];
        reduction = work.Method.KernelReduction(reduction);
        var (a, b, c, d) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0L;
        for (; i <= count - SumWidth; i += SumWidth)
        {
            for (var j = 0; j < SumWidth; j += T.Width)
            {
                T.Store(Summand(in memory, reduction, reads, (nint)(start + i + j), in h), (nint)block, j);
            }

            if (typeof(TElement) == typeof(double))
            {
                var doubles = (double*)block;
                a += Vector256.Load(doubles);
                b += Vector256.Load(doubles + 4);
                c += Vector256.Load(doubles + 8);
                d += Vector256.Load(doubles + 12);
            }
            else
            {
                var floats = (float*)block;
                var (first, second) = Vector256.Widen(Vector256.Load(floats));
                var (third, fourth) = Vector256.Widen(Vector256.Load(floats + 8));
                a += first;
                b += second;
                c += third;
                d += fourth;
            }
        }

        var sums = stackalloc double[SumWidth];
        a.Store(sums);
        b.Store(sums + 4);
        c.Store(sums + 8);
        d.Store(sums + 12);
        var rest = (int)(count - i);
        for (var j = 0; j < rest; j++)
        {
            sums[j] += Single(work, in memory, reduction, reads, (nint)(start + i + j), (nint)block);
        }

        var total = 0.0;
        for (var j = 0; j < SumWidth; j++)
        {
            total += sums[j];
        }

        return total;
    }

    /// <summary>The summand of one element, in the precision of the tensor.</summary>
    private static unsafe double Single(TensorWork work, in KernelMemory memory, int reduction, uint reads, nint at, nint block)
    {
        if (work.Lane == LaneKind.Double)
        {
            Store<DoubleLane>(work, in memory, reduction, reads, at, block);
            return *(double*)block;
        }

        Store<FloatLane>(work, in memory, reduction, reads, at, block);
        return *(float*)block;
    }

    private static void Store<T>(TensorWork work, in KernelMemory memory, int reduction, uint reads, nint at, nint block)
        where T : struct, IMemoryLane<T>
    {
        var sets = ScalarSets<T>.From(work);
        T.Store(Summand(in memory, reduction, reads, at, in sets.First), block, 0);
    }

    /// <summary>Reads what the summand looks at, and no more: a pass for a norm of gradients does not move the state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Summand<T>(in KernelMemory memory, int reduction, uint reads, nint at, in Scalars<T> h)
        where T : struct, IMemoryLane<T>
    {
        State<T> state = default;
        if (TRule.StateCount > 0 && (reads & 4) != 0)
        {
            state.Slot0 = T.Load(memory.Slot0, at);
        }

        if (TRule.StateCount > 1 && (reads & 8) != 0)
        {
            state.Slot1 = T.Load(memory.Slot1, at);
        }

        if (TRule.StateCount > 2 && (reads & 16) != 0)
        {
            state.Slot2 = T.Load(memory.Slot2, at);
        }

        if (TRule.StateCount > 3 && (reads & 32) != 0)
        {
            state.Slot3 = T.Load(memory.Slot3, at);
        }

        if (TRule.StateCount > 4 && (reads & 64) != 0)
        {
            state.Slot4 = T.Load(memory.Slot4, at);
        }

        if (TRule.StateCount > 5 && (reads & 128) != 0)
        {
            state.Slot5 = T.Load(memory.Slot5, at);
        }

        var parameter = (reads & SummandReads.Parameter) != 0 ? T.Load(memory.Parameter, at) : default;
        var gradient = (reads & SummandReads.Gradient) != 0 ? T.Load(memory.Gradient, at) : default;
        return TRule.Summand(reduction, parameter, gradient, in state, in h);
    }
}
