namespace Nabla.Core;

/// <summary>Widens sums over single tensors to their group or to all tensors of a method, in the order of the list.</summary>
internal static class ReductionSums
{
    public static void Widen(IReadOnlyList<TensorWork> works, double[] scratch)
    {
        for (var first = 0; first < works.Count; first++)
        {
            // Every sum is taken from the untouched tensor sums, so results are kept aside until all are known.
            var reductions = works[first].Method.Reductions;
            for (var r = 0; r < reductions.Count; r++)
            {
                var sum = 0.0;
                for (var other = 0; other < works.Count; other++)
                {
                    var same = reductions[r].Scope switch
                    {
                        ReductionScope.Tensor => other == first,
                        ReductionScope.Group => works[other].Group == works[first].Group,
                        _ => ReferenceEquals(works[other].Method, works[first].Method),
                    };
                    if (same)
                    {
                        sum += works[other].Reductions[r];
                    }
                }

                scratch[(first * State<DoubleLane>.Capacity) + r] = sum;
            }
        }

        for (var i = 0; i < works.Count; i++)
        {
            for (var r = 0; r < works[i].Reductions.Length; r++)
            {
                works[i].Reductions[r] = scratch[(i * State<DoubleLane>.Capacity) + r];
            }
        }
    }

    public static bool AnyWanted(IReadOnlyList<TensorWork> works)
    {
        for (var i = 0; i < works.Count; i++)
        {
            if (works[i].Reductions.Length > 0)
            {
                return true;
            }
        }

        return false;
    }
}
