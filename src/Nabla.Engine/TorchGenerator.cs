namespace Nabla.Engine;

/// <summary>A generator of random numbers of libtorch, on the CPU, whose whole state can be saved and restored.</summary>
/// <remarks>Operators lock it while they draw; two threads that draw from one get numbers in an order that depends on
/// timing.</remarks>
public sealed unsafe class TorchGenerator : IDisposable
{
    private static readonly Lazy<TorchGenerator> s_default = new(() =>
    {
        nint handle;
        NativeMethods.Check(NativeMethods.GeneratorDefault(&handle), nameof(Default));
        return new TorchGenerator(handle);
    });

    private nint _handle;

    /// <summary>Makes a generator of its own.</summary>
    /// <param name="seed">Decides every number it will give.</param>
    public TorchGenerator(ulong seed)
    {
        nint handle;
        NativeMethods.Check(NativeMethods.GeneratorCreate(seed, &handle), nameof(TorchGenerator));
        _handle = handle;
    }

    private TorchGenerator(nint handle) => _handle = handle;

    /// <summary>Frees a generator that was not disposed; nothing depends on when.</summary>
    ~TorchGenerator() => Free();

    /// <summary>The generator that operators use when they are given none. It is never disposed.</summary>
    public static TorchGenerator Default => s_default.Value;

    /// <summary>The seed it was last given.</summary>
    public ulong InitialSeed
    {
        get
        {
            ulong seed;
            NativeMethods.Check(NativeMethods.GeneratorInitialSeed(Handle, &seed));
            GC.KeepAlive(this);
            return seed;
        }
    }

    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle == 0, this);
            return _handle;
        }
    }

    /// <summary>Starts over from a seed.</summary>
    /// <param name="seed">Decides every number from here on.</param>
    public void ManualSeed(ulong seed)
    {
        NativeMethods.Check(NativeMethods.GeneratorSeed(Handle, seed));
        GC.KeepAlive(this);
    }

    /// <summary>The whole state: <see cref="SetState"/> with it goes on from here, bit by bit.</summary>
    /// <returns>The state's bytes, as libtorch lays them out.</returns>
    public byte[] GetState()
    {
        long count;
        NativeMethods.Check(NativeMethods.GeneratorGetState(Handle, null, 0, &count));
        var state = new byte[count];
        fixed (byte* bytes = state)
        {
            NativeMethods.Check(NativeMethods.GeneratorGetState(Handle, bytes, count, &count));
        }

        GC.KeepAlive(this);
        return state;
    }

    /// <summary>Goes on from a state that <see cref="GetState"/> gave.</summary>
    /// <param name="state">The state.</param>
    /// <exception cref="EngineException">The bytes are no state; the generator stays as it was.</exception>
    public void SetState(ReadOnlySpan<byte> state)
    {
        fixed (byte* bytes = state)
        {
            NativeMethods.Check(NativeMethods.GeneratorSetState(Handle, bytes, state.Length));
        }

        GC.KeepAlive(this);
    }

    /// <summary>Frees the generator; the default one stays.</summary>
    public void Dispose()
    {
        if (s_default.IsValueCreated && ReferenceEquals(s_default.Value, this))
        {
            return;
        }

        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        nint handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            NativeMethods.GeneratorFree(handle);
        }
    }
}
