namespace Nabla.Engine;

/// <summary>What this process's tensors hold of native memory, to see leaks.</summary>
public static class NativeMemory
{
    /// <summary>How many tensors are not disposed.</summary>
    public static long LiveHandles => NativeMethods.LiveHandles();

    /// <summary>The bytes of the storages that these tensors hold, on all devices. Views share a storage, which counts
    /// once; what only the graph of a derivative holds is not counted.</summary>
    public static long LiveBytes => NativeMethods.LiveBytes();
}
