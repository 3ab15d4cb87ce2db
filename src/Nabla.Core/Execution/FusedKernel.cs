using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>The fused loops of one rule, specialized by the runtime for each lane.</summary>
internal static class FusedKernel<TRule>
    where TRule : struct, IElementwiseKernel
{
    /// <summary>Elements whose summands are added side by side: the widest lane.</summary>
    private const int SumWidth = 16;

    public static void Update(TensorWork work, long start, long count)
    {
        switch (work.Lane)
        {
            case LaneKind.Double:
                Loop<DoubleLane>(work, start, count);
                break;
            case LaneKind.Float:
                Loop<FloatLane>(work, start, count);
                break;
            case LaneKind.Vector256:
                Finish(work, start, count, Loop<Vector256Lane>(work, start, count));
                break;
            default:
                Finish(work, start, count, Loop<Vector512Lane>(work, start, count));
                break;
        }
    }

    public static double Reduce(TensorWork work, int reduction, long start, long count) => work.Lane switch
    {
        LaneKind.Double => Sum<DoubleLane, double>(work, reduction, start, count),
        LaneKind.Float => Sum<FloatLane, float>(work, reduction, start, count),
        LaneKind.Vector256 => Sum<Vector256Lane, float>(work, reduction, start, count),
        _ => Sum<Vector512Lane, float>(work, reduction, start, count),
    };

    private static void Finish(TensorWork work, long start, long count, long done)
    {
        if (done < count)
        {
            Loop<FloatLane>(work, start + done, count - done);
        }
    }

    /// <summary>The fused loop: reads each element once, updates, writes once. Returns how many elements were done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Loop<T>(TensorWork work, long start, long count)
        where T : struct, IMemoryLane<T>
    {
        var h = Scalars<T>.From(work.Scalars, work.Flags);
        var p = work.Parameter;
        var g = work.Gradient;
        var s0 = work.States[0];
        var s1 = work.States[1];
        var s2 = work.States[2];
        var s3 = work.States[3];
        var s4 = work.States[4];
        var s5 = work.States[5];
        var active = work.Active;
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

            TRule.Update(ref parameter, gradient, ref state, in h);

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

    private static unsafe double Sum<T, TElement>(TensorWork work, int reduction, long start, long count)
        where T : struct, IMemoryLane<T>
        where TElement : unmanaged
    {
        // Sixteen sums side by side whatever the lane, so that every lane adds in the same order.
        var sums = stackalloc double[SumWidth];
        var block = stackalloc TElement[SumWidth];
        new Span<double>(sums, SumWidth).Clear();
        var i = 0L;
        for (; i <= count - SumWidth; i += SumWidth)
        {
            for (var j = 0; j < SumWidth; j += T.Width)
            {
                var at = (nint)(start + i + j);
                T.Store(TRule.Summand(reduction, T.Load(work.Parameter, at), T.Load(work.Gradient, at)), (nint)block, j);
            }

            Add(block, sums, SumWidth);
        }

        var rest = (int)(count - i);
        for (var j = 0; j < rest; j++)
        {
            var at = (nint)(start + i + j);
            if (typeof(TElement) == typeof(double))
            {
                Single<DoubleLane>(work, reduction, at, (nint)block, j);
            }
            else
            {
                Single<FloatLane>(work, reduction, at, (nint)block, j);
            }
        }

        Add(block, sums, rest);
        var total = 0.0;
        for (var j = 0; j < SumWidth; j++)
        {
            total += sums[j];
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Single<T>(TensorWork work, int reduction, nint at, nint block, int j)
        where T : struct, IMemoryLane<T> =>
        T.Store(TRule.Summand(reduction, T.Load(work.Parameter, at), T.Load(work.Gradient, at)), block, j);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Add<TElement>(TElement* block, double* sums, int count)
        where TElement : unmanaged
    {
        for (var j = 0; j < count; j++)
        {
            sums[j] += typeof(TElement) == typeof(double) ? ((double*)block)[j] : ((float*)block)[j];
        }
    }
}
