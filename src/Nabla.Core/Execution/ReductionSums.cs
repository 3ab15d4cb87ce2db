namespace Nabla.Core;

/// <summary>Widens sums over single tensors to their group or to all tensors of a method, in the order of the list.</summary>
internal sealed class ReductionSums
{
    private readonly Dictionary<ElementwiseMethod, double[]> _methods = new(ReferenceEqualityComparer.Instance);
    private readonly List<double[]?> _groups = [];

    /// <summary>How many passes of reductions these tensors need.</summary>
    public static int Passes(IReadOnlyList<TensorWork> works)
    {
        var passes = 0;
        for (var i = 0; i < works.Count; i++)
        {
            passes = Math.Max(passes, works[i].Method.PassCount);
        }

        return passes;
    }

    /// <summary>Prepares the scalars that the summands of a pass see.</summary>
    public static void Prepare(IReadOnlyList<TensorWork> works, double? loss, int pass)
    {
        for (var i = 0; i < works.Count; i++)
        {
            if (pass == 0)
            {
                Array.Clear(works[i].Reductions);
            }

            if (pass < works[i].Method.PassCount)
            {
                works[i].Method.PrepareStep(works[i], loss, pass);
            }
        }
    }

    /// <summary>Replaces each tensor's own sums of a pass by those over the reduction's scope.</summary>
    public void Widen(IReadOnlyList<TensorWork> works, int pass)
    {
        foreach (var sums in _methods.Values)
        {
            Array.Clear(sums);
        }

        foreach (var sums in _groups)
        {
            Array.Clear(sums ?? []);
        }

        // First every sum is collected, then given out: a tensor's own sum is needed until all have been collected.
        for (var i = 0; i < works.Count; i++)
        {
            Visit(works[i], pass, collect: true);
        }

        for (var i = 0; i < works.Count; i++)
        {
            Visit(works[i], pass, collect: false);
        }
    }

    private void Visit(TensorWork work, int pass, bool collect)
    {
        var reductions = work.Method.Reductions;
        for (var r = 0; r < reductions.Count; r++)
        {
            if (reductions[r].Pass != pass || reductions[r].Scope == ReductionScope.Tensor)
            {
                continue;
            }

            var sums = reductions[r].Scope == ReductionScope.Group ? OfGroup(work) : OfMethod(work);
            if (collect)
            {
                sums[r] += work.Reductions[r];
            }
            else
            {
                work.Reductions[r] = sums[r];
            }
        }
    }

    private double[] OfGroup(TensorWork work)
    {
        while (_groups.Count <= work.Group)
        {
            _groups.Add(null);
        }

        return _groups[work.Group] ??= new double[work.Reductions.Length];
    }

    private double[] OfMethod(TensorWork work)
    {
        if (!_methods.TryGetValue(work.Method, out var sums))
        {
            sums = new double[work.Reductions.Length];
            _methods.Add(work.Method, sums);
        }

        return sums;
    }
}
