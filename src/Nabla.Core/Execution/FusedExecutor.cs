using System.Runtime.Intrinsics;

namespace Nabla.Core;

/// <summary>
/// Walks all tensors of all groups in one parallel region a step, in chunks of fixed size; small tensors share a bundle
/// of chunks. Elements do not see each other and sums are added chunk by chunk in order, so the bits depend neither on
/// the number of threads nor on what shares a bundle.
/// </summary>
internal sealed class FusedExecutor : IDisposable
{
    /// <summary>Elements in a chunk: enough to hide the cost of taking one, few enough to share out evenly.</summary>
    public const int ChunkLength = 32 * 1024;

    private readonly WorkerTeam _team;
    private readonly MemoryTraffic? _traffic;
    private readonly Action<int> _update;
    private readonly Action<int> _reduce;
    private TensorWork[] _chunkWork = [];
    private long[] _chunkStart = [];
    private int[] _bundleEnd = [];
    private double[] _partials = [];
    private double[] _afterPartials = [];
    private IReadOnlyList<TensorWork> _works = [];
    private int _chunks;
    private int _bundles;
    private int _pass;
    private int _most;
    private int _mostAfter;
    private bool _isReduced;
    private bool _isBackwards;

    public FusedExecutor(int threads, MemoryTraffic? traffic = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        _team = new WorkerTeam(threads == 0 ? Environment.ProcessorCount : threads);
        _traffic = traffic;
        _update = Update;
        _reduce = Reduce;
    }

    public int Threads => _team.Threads;

    /// <summary>The threads, for what else a step does tensor by tensor.</summary>
    public WorkerTeam Team => _team;

    /// <summary>The widest float lane of this processor.</summary>
    public static LaneKind Widest => Vector512.IsHardwareAccelerated ? LaneKind.Vector512 : LaneKind.Vector256;

    /// <summary>Plans a step over these tensors; keeps the list until the next plan.</summary>
    public void Plan(IReadOnlyList<TensorWork> works)
    {
        var total = 0L;
        _most = 0;
        for (var i = 0; i < works.Count; i++)
        {
            total += Chunks(works[i].Length);
            _most = Math.Max(_most, works[i].Reductions.Length);
        }

        if (_chunkWork.Length < total)
        {
            _chunkWork = new TensorWork[total];
            _chunkStart = new long[total];
            _bundleEnd = new int[total];
        }

        if (_partials.Length < total * _most)
        {
            _partials = new double[total * _most];
        }

        _chunks = 0;
        _bundles = 0;
        var bundled = 0L;
        for (var i = 0; i < works.Count; i++)
        {
            var work = works[i];
            var length = work.Length;
            for (var start = 0L; start < length; start += ChunkLength)
            {
                _chunkWork[_chunks] = work;
                _chunkStart[_chunks++] = start;

                // Taking a bundle costs its thread as much as hundreds of elements.
                bundled += Math.Min(ChunkLength, length - start);
                if (bundled >= ChunkLength)
                {
                    _bundleEnd[_bundles++] = _chunks;
                    bundled = 0;
                }
            }
        }

        if (bundled > 0)
        {
            _bundleEnd[_bundles++] = _chunks;
        }

        _works = works;
    }

    /// <summary>Writes each tensor's own sums of one pass to its <see cref="TensorWork.Reductions"/>.</summary>
    public void ReduceTensors(int pass)
    {
        _pass = pass;
        _isReduced = true;
        _traffic?.CountSums(_works, pass);
        _team.Run(_bundles, _reduce);
        var chunk = 0L;
        for (var i = 0; i < _works.Count; i++)
        {
            var work = _works[i];
            var chunks = Chunks(work.Length);
            for (var r = 0; r < work.Reductions.Length; r++)
            {
                if (work.Method.Reductions[r].Pass != pass)
                {
                    continue;
                }

                var sum = 0.0;
                for (var n = 0L; n < chunks; n++)
                {
                    sum += _partials[((chunk + n) * _most) + r];
                }

                work.Reductions[r] = sum;
            }

            chunk += chunks;
        }
    }

    /// <summary>Updates every element.</summary>
    public void UpdateAll()
    {
        _isBackwards = _isReduced;
        _isReduced = false;
        var most = 0;
        for (var i = 0; i < _works.Count; i++)
        {
            most = Math.Max(most, _works[i].After?.Reductions.Length ?? 0);
        }

        _mostAfter = most;
        if (_afterPartials.Length < _chunks * most)
        {
            _afterPartials = new double[_chunks * most];
        }

        _traffic?.CountUpdate(_works);
        _team.Run(_bundles, _update);
        if (most > 0)
        {
            AddAfter();
        }
    }

    public void Dispose() => _team.Dispose();

    /// <summary>Adds what the chunks gave in their order, as a pass of sums alone would.</summary>
    private void AddAfter()
    {
        var chunk = 0L;
        for (var i = 0; i < _works.Count; i++)
        {
            var chunks = Chunks(_works[i].Length);
            if (_works[i].After is { } after)
            {
                for (var r = 0; r < after.Reductions.Length; r++)
                {
                    var sum = 0.0;
                    for (var n = 0L; n < chunks; n++)
                    {
                        sum += _afterPartials[((chunk + n) * _mostAfter) + r];
                    }

                    after.Reductions[r] = sum;
                }
            }

            chunk += chunks;
        }
    }

    private static long Chunks(long length) => (length + ChunkLength - 1) / ChunkLength;

    private void Update(int bundle)
    {
        // What a pass of sums read last is still in the cache.
        bundle = _isBackwards ? _bundles - 1 - bundle : bundle;
        var end = _bundleEnd[bundle];
        for (var chunk = bundle == 0 ? 0 : _bundleEnd[bundle - 1]; chunk < end; chunk++)
        {
            var work = _chunkWork[chunk];
            var start = _chunkStart[chunk];
            var count = Math.Min(ChunkLength, work.Length - start);

            // A chunk stays in the cache, so that what goes along with a step reads only what is its own from memory.
            work.Before?.Method.Kernel.Update(work.Before, start, count);
            work.Method.Kernel.Update(work, start, count);
            if (work.After is { } after)
            {
                Sum(after, 0, _afterPartials.AsSpan(chunk * _mostAfter, _mostAfter), start, count);
            }

            if (chunk + 1 < end)
            {
                StreamBridge.Cross(work, _chunkWork[chunk + 1]);
            }
        }
    }

    private void Reduce(int bundle)
    {
        var end = _bundleEnd[bundle];
        for (var chunk = bundle == 0 ? 0 : _bundleEnd[bundle - 1]; chunk < end; chunk++)
        {
            ReduceChunk(chunk);
            if (chunk + 1 < end)
            {
                StreamBridge.Cross(_chunkWork[chunk], _chunkWork[chunk + 1]);
            }
        }
    }

    private void ReduceChunk(int chunk)
    {
        var work = _chunkWork[chunk];
        var start = _chunkStart[chunk];
        var count = Math.Min(ChunkLength, work.Length - start);
        Sum(work, _pass, _partials.AsSpan(chunk * _most, _most), start, count);
    }

    private static void Sum(TensorWork work, int pass, Span<double> partials, long start, long count)
    {
        if (work.Method.SumsBoth && pass == 0)
        {
            (partials[0], partials[1]) = work.Method.Kernel.ReduceBoth(work, start, count);
            return;
        }

        for (var r = 0; r < work.Reductions.Length; r++)
        {
            // A chunk stays in the cache until all its sums are taken, so a pass reads memory once.
            if (work.Method.Reductions[r].Pass == pass)
            {
                partials[r] = work.Method.Kernel.Reduce(work, r, start, count);
            }
        }
    }
}
