namespace Nabla.Engine;

/// <summary>What this process's tensors hold of native memory, to see leaks.</summary>
public static class NativeMemory
{
    /// <summary>How many tensors are not disposed.</summary>
    public static long LiveHandles => NativeMethods.LiveHandles();

    /// <summary>The bytes of the storages that these tensors hold, on all devices. Views share a storage, which counts
    /// once; what only the graph of a derivative holds is not counted.</summary>
    public static long LiveBytes => NativeMethods.LiveBytes();

    /// <summary>Gives pages back to the system that lie free between tensors. The allocator keeps them for later ones, which
    /// may be too large for such a hole: worth its milliseconds between a phase with many tensors of one kind and a phase with
    /// others. Changes no number; does nothing where the allocator is not glibc's.</summary>
    public static void ReturnFreePages() => NativeMethods.ReturnPages();
}
