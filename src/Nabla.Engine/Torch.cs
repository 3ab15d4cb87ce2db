using System.Runtime.InteropServices;

namespace Nabla.Engine;

/// <summary>The libtorch that this process uses.</summary>
public static unsafe class Torch
{
    /// <summary>How many threads one operator may use.</summary>
    /// <exception cref="ArgumentOutOfRangeException">On setting: not at least 1.</exception>
    public static int Threads
    {
        get => NativeMethods.ThreadsGet();
        set
        {
            if (value < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "The number of threads is at least 1.");
            }

            NativeMethods.Check(NativeMethods.ThreadsSet(value));
        }
    }

    /// <summary>libtorch's version, for example 1.13.0.</summary>
    public static string Version => Marshal.PtrToStringUTF8((nint)NativeMethods.Version()) ?? string.Empty;

    /// <summary>The file that libtorch's CPU part was loaded from.</summary>
    public static string LibraryPath => Marshal.PtrToStringUTF8((nint)NativeMethods.LibraryPath()) ?? string.Empty;

    /// <summary>Whether there is a graphics processor that this libtorch can use.</summary>
    public static bool CudaAvailable => NativeMethods.CudaAvailable() != 0;

    /// <summary>How many graphics processors this libtorch can use; 0 in a CPU build.</summary>
    public static int CudaDeviceCount => NativeMethods.CudaDeviceCount();

    /// <summary>Loads libtorch now rather than at the first use.</summary>
    /// <exception cref="EngineException">It cannot be loaded; the message says what to install.</exception>
    public static void EnsureLoaded() => _ = NativeMethods.ThreadsGet();
}
