namespace Nabla.Engine;

/// <summary>Disposes the tensors that were made while it was the innermost scope of its thread.</summary>
/// <remarks>A scope belongs to the thread that opened it, and its tensors' lifetimes are that thread's business:
/// disposing, moving or releasing one of them on another thread throws. There must be no <c>await</c> inside one.
/// Scopes nest and end in the opposite order. Without any scope the maker of a tensor disposes it.</remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? t_current;

    private readonly List<Tensor> _tensors = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly TensorScope? _outer;
    private bool _disposed;

    /// <summary>Opens a scope inside the thread's innermost one.</summary>
    public TensorScope()
    {
        _outer = t_current;
        t_current = this;
    }

    /// <summary>The innermost open scope of this thread, or null.</summary>
    public static TensorScope? Current => t_current;

    /// <summary>How many tensors the scope would dispose now.</summary>
    public int Count => _tensors.Count;

    internal TensorScope? Outer => _outer;

    /// <summary>Ends the scope and disposes its tensors. A second call does nothing.</summary>
    /// <exception cref="InvalidOperationException">This is not the scope's thread, or a scope opened inside it is
    /// still open.</exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        ThrowIfOtherThread();
        if (t_current != this)
        {
            throw new InvalidOperationException(
                "A scope opened inside this TensorScope is still open; scopes end in the opposite order of opening.");
        }

        _disposed = true;
        t_current = _outer;
        foreach (Tensor tensor in _tensors)
        {
            tensor.FreeFromScope();
        }

        _tensors.Clear();
    }

    internal void ThrowIfOtherThread()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException(
                "A TensorScope was used from another thread than the one that opened it; open a scope on each thread, "
                + "and call Release() on a tensor that another thread is to own.");
        }
    }

    internal int Add(Tensor tensor)
    {
        _tensors.Add(tensor);
        return _tensors.Count - 1;
    }

    // The last one takes the place of the one that leaves.
    internal void Remove(int index)
    {
        int last = _tensors.Count - 1;
        if (index != last)
        {
            Tensor moved = _tensors[last];
            _tensors[index] = moved;
            moved.ScopeIndex = index;
        }

        _tensors.RemoveAt(last);
    }
}
