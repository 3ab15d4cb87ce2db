namespace Nabla.Core;

/// <summary>Threads that take numbered items until none is left. Nothing is allocated by a run.</summary>
internal sealed class WorkerTeam : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _start = new(0);
    private readonly Thread[] _workers;
    private Action<int> _work = static _ => { };
    private Exception? _failure;
    private int _count;
    private int _next;
    private int _busy;
    private volatile bool _stopping;

    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        _workers = new Thread[threads - 1];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Wait) { IsBackground = true, Name = $"nabla fused step {i + 1}" };
            _workers[i].Start();
        }
    }

    public int Threads { get; }

    /// <summary>Calls the work for 0 to count - 1, in any order, on all threads; returns when all are done.</summary>
    public void Run(int count, Action<int> work)
    {
        lock (_gate)
        {
            _work = work;
            _count = count;
            _failure = null;
            Volatile.Write(ref _next, 0);

            // Waking a thread costs more than a chunk or two, so little work stays here.
            var helpers = Math.Min(_workers.Length, count / 2);
            Volatile.Write(ref _busy, helpers);
            if (helpers > 0)
            {
                _start.Release(helpers);
            }

            TakeItems();
            var spinner = default(SpinWait);
            while (Volatile.Read(ref _busy) > 0)
            {
                spinner.SpinOnce(-1);
            }

            if (_failure is { } failure)
            {
                throw new InvalidOperationException($"The fused step failed: {failure.Message}", failure);
            }
        }
    }

    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        if (_workers.Length > 0)
        {
            _start.Release(_workers.Length);
        }

        foreach (var worker in _workers)
        {
            worker.Join();
        }

        _start.Dispose();
    }

    private void Wait()
    {
        while (true)
        {
            _start.Wait();
            if (_stopping)
            {
                return;
            }

            TakeItems();
            Interlocked.Decrement(ref _busy);
        }
    }

    private void TakeItems()
    {
        try
        {
            while (Interlocked.Increment(ref _next) - 1 is var item && item < _count)
            {
                _work(item);
            }
        }
#pragma warning disable CA1031 // Whatever goes wrong on a worker is thrown again on the calling thread.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }
}
