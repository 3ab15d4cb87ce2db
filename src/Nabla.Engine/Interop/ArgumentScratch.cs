namespace Nabla.Engine;

// Memory for the lists and texts of the one call that a thread is putting together: they must lie still while
// libtorch reads them. Reused by the next call, so a call allocates nothing.
internal sealed unsafe class ArgumentScratch
{
    private const int FirstBytes = 4096;

    [ThreadStatic]
    private static ArgumentScratch? t_current;

    private readonly List<nint> _outgrown = [];
    private byte* _block;
    private int _capacity;
    private int _used;

    private ArgumentScratch()
    {
        _block = (byte*)NativeMemoryBlock(FirstBytes);
        _capacity = FirstBytes;
    }

    ~ArgumentScratch()
    {
        ReleaseOutgrown();
        System.Runtime.InteropServices.NativeMemory.Free(_block);
    }

    public static ArgumentScratch Current => t_current ??= new ArgumentScratch();

    public void Reset()
    {
        _used = 0;
        if (_outgrown.Count > 0)
        {
            ReleaseOutgrown();
        }
    }

    public nint Copy<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Span<T> room = Take<T>(values.Length, out nint address);
        values.CopyTo(room);
        return address;
    }

    public Span<T> Take<T>(int count, out nint address)
        where T : unmanaged
    {
        int bytes = checked(((count * sizeof(T)) + 7) & ~7);
        if (bytes > _capacity - _used)
        {
            Grow(bytes);
        }

        address = (nint)(_block + _used);
        _used += bytes;
        return new Span<T>((void*)address, count);
    }

    private static void* NativeMemoryBlock(int bytes) =>
        System.Runtime.InteropServices.NativeMemory.Alloc((nuint)bytes);

    // What was handed out must stay where it is, so the old block is kept until the call is over.
    private void Grow(int bytes)
    {
        _outgrown.Add((nint)_block);
        _capacity = Math.Max(checked(_capacity * 2), bytes);
        _block = (byte*)NativeMemoryBlock(_capacity);
        _used = 0;
    }

    private void ReleaseOutgrown()
    {
        foreach (nint block in _outgrown)
        {
            System.Runtime.InteropServices.NativeMemory.Free((void*)block);
        }

        _outgrown.Clear();
    }
}
