using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>The scalars of a rule and of the wrappers around it, outermost first, one behind the other.</summary>
internal struct ScalarSets<T>
    where T : struct, ILane<T>
{
    /// <summary>The most sets there may be.</summary>
    public const int Capacity = 4;

    public Scalars<T> First;
    public Scalars<T> Second;
    public Scalars<T> Third;
    public Scalars<T> Fourth;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ScalarSets<T> From(TensorWork work)
    {
        ScalarSets<T> sets = default;
        for (var i = 0; i < work.Flags.Length; i++)
        {
            Unsafe.Add(ref sets.First, i) = Set(work, i);
        }

        return sets;
    }

    public static Scalars<T>[] ArrayOf(TensorWork work)
    {
        var sets = new Scalars<T>[work.Flags.Length];
        for (var i = 0; i < sets.Length; i++)
        {
            sets[i] = Set(work, i);
        }

        return sets;
    }

    private static Scalars<T> Set(TensorWork work, int set) => Scalars<T>.From(
        work.Scalars.AsSpan(set * Scalars<DoubleLane>.Capacity, Scalars<DoubleLane>.Capacity), work.Flags[set]);
}
