using System.Globalization;

namespace Nabla.Engine;

/// <summary>A multidimensional array of numbers in native memory, with libtorch's operators as its methods.</summary>
/// <remarks>A tensor belongs to the innermost <see cref="TensorScope"/> that was open on the thread that made it, and
/// is disposed with it, unless <see cref="MoveToOuter"/> or <see cref="Release"/> moved it; without a scope, who made
/// it disposes it. The garbage collector never frees one. Operators work on tensors of any thread; only the lifetime
/// of a tensor in a scope is bound to the scope's thread.</remarks>
public sealed partial class Tensor : IDisposable
{
    private nint _handle;
    private TensorScope? _scope;
    private Description? _description;

    // Takes over one reference that the bridge has handed out.
    internal Tensor(nint handle)
    {
        _handle = handle;
        TensorScope? scope = TensorScope.Current;
        if (scope is not null)
        {
            _scope = scope;
            ScopeIndex = scope.Add(this);
        }
    }

    /// <summary>The sizes, one for each dimension; empty for a scalar. Not to be written to.</summary>
    public long[] Shape => Describe().Shape;

    /// <summary>How many elements apart neighbours along each dimension lie. Not to be written to.</summary>
    public long[] Strides => Describe().Strides;

    /// <summary>The number of dimensions.</summary>
    public int Rank => Describe().Shape.Length;

    /// <summary>The number of elements.</summary>
    public long ElementCount => Describe().ElementCount;

    /// <summary>The type of the elements.</summary>
    public DType DType => Describe().DType;

    /// <summary>Where the tensor lies.</summary>
    public Device Device => Describe().Device;

    /// <summary>Whether the elements lie one after another in row-major order.</summary>
    public bool IsContiguous => Describe().IsContiguous;

    /// <summary>The bytes of the elements, without what else may lie in a shared storage.</summary>
    public long ByteCount => ElementCount * DType.Size();

    /// <summary>Whether the tensor has been disposed.</summary>
    public bool IsDisposed => _handle == 0;

    internal nint Handle => _handle != 0 ? _handle : throw Disposed();

    internal nint HandleOrZero => _handle;

    internal int ScopeIndex { get; set; }

    /// <summary>Gives the tensor to the scope that encloses its own, or frees it of scopes if there is none (then the
    /// caller disposes it). Does nothing for a tensor without a scope.</summary>
    /// <returns>This tensor.</returns>
    /// <exception cref="InvalidOperationException">This is not the scope's thread.</exception>
    public Tensor MoveToOuter()
    {
        _ = Handle;
        TensorScope? outer = _scope?.Outer;
        Release();
        if (outer is not null)
        {
            _scope = outer;
            ScopeIndex = outer.Add(this);
        }

        return this;
    }

    /// <summary>Takes the tensor out of its scope: the caller disposes it.</summary>
    /// <returns>This tensor.</returns>
    /// <exception cref="InvalidOperationException">This is not the scope's thread.</exception>
    public Tensor Release()
    {
        _ = Handle;
        Leave();
        return this;
    }

    /// <summary>Gives the tensor's memory back, unless a view or the graph of a derivative still holds it. A second
    /// call does nothing.</summary>
    /// <exception cref="InvalidOperationException">The tensor is in a scope of another thread.</exception>
    public void Dispose()
    {
        if (_handle == 0)
        {
            return;
        }

        Leave();
        Free();
    }

    /// <summary>The type, the shape, and the values if there are few.</summary>
    /// <returns>A line of text.</returns>
    public override string ToString()
    {
        if (IsDisposed)
        {
            return "Tensor (disposed)";
        }

        string text = $"{DType}[{string.Join(", ", Shape)}] on {Device}";
        if (ElementCount > 16 || Device.Kind != DeviceKind.Cpu)
        {
            return text;
        }

        double[] values = ToDoubles();
        return text + ": " + string.Join(", ", values.Select(v => v.ToString("G6", CultureInfo.InvariantCulture)));
    }

    internal void ForgetDescription() => _description = null;

    internal void FreeFromScope()
    {
        _scope = null;
        if (_handle != 0)
        {
            Free();
        }
    }

    private static ObjectDisposedException Disposed() => new(
        nameof(Tensor),
        "The tensor has been disposed; one that is to outlive its TensorScope needs MoveToOuter() or Release().");

    private void Leave()
    {
        if (_scope is { } scope)
        {
            scope.ThrowIfOtherThread();
            scope.Remove(ScopeIndex);
            _scope = null;
        }
    }

    private void Free()
    {
        nint handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            NativeMethods.TensorFree(handle);
        }
    }

    private Description Describe()
    {
        // The handle is asked for every time, so that a disposed tensor says so.
        nint handle = Handle;
        return _description ??= Description.Read(handle);
    }

    // What cannot change while no in-place operator runs.
    private sealed class Description
    {
        public required long[] Shape { get; init; }

        public required long[] Strides { get; init; }

        public required long ElementCount { get; init; }

        public required DType DType { get; init; }

        public required Device Device { get; init; }

        public required bool IsContiguous { get; init; }

        public static unsafe Description Read(nint handle)
        {
            NativeTensorInfo info = Information(handle);
            int rank = checked((int)info.Rank);
            return new Description
            {
                Shape = new ReadOnlySpan<long>(info.Sizes, rank).ToArray(),
                Strides = info.Strides == null ? [] : new ReadOnlySpan<long>(info.Strides, rank).ToArray(),
                ElementCount = info.Elements,
                DType = DTypes.FromNative(info.DType),
                Device = new Device((DeviceKind)info.DeviceKind, Math.Max(0, info.DeviceIndex)),
                IsContiguous = info.IsContiguous != 0,
            };
        }
    }

    private static unsafe NativeTensorInfo Information(nint handle)
    {
        NativeTensorInfo info;
        NativeMethods.Check(NativeMethods.TensorDescribe(handle, &info), nameof(Tensor));
        return info;
    }
}
