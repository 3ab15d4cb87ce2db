using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Nabla.Engine;

// Settings that the libraries below libtorch read from the environment once, when they are loaded.
internal static partial class LibrarySettings
{
    // How often a waiting thread of OpenMP looks before it sleeps, some 20 µs, and for how many ticks one of OpenBLAS does, as a
    // power of two, some 0.1 ms. Their own choices, milliseconds, keep a processor from what they wait for: the two libraries
    // have threads of their own, as many as there are processors each, and other programs want some too.
    private const string SpinCount = "2000";
    private const string BlasTimeout = "18";

    // Sets what the user has not. Processes that this one starts inherit it.
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        foreach (var (name, value) in Choose(Environment.GetEnvironmentVariable, NeedsBlasKernels()))
        {
            // The runtime keeps a copy of the environment of its own, which native code does not see.
            Environment.SetEnvironmentVariable(name, value);
            _ = SetNative(name, value, overwrite: 0);
        }
    }

    // What is set, given what the user has set.
    public static IEnumerable<(string Name, string Value)> Choose(Func<string, string?> present, bool needsBlasKernels)
    {
        bool IsFree(string name) => string.IsNullOrEmpty(present(name));
        if (IsFree("OMP_WAIT_POLICY") && IsFree("GOMP_SPINCOUNT"))
        {
            yield return ("GOMP_SPINCOUNT", SpinCount);
        }

        if (IsFree("OPENBLAS_THREAD_TIMEOUT"))
        {
            yield return ("OPENBLAS_THREAD_TIMEOUT", BlasTimeout);
        }

        if (needsBlasKernels && IsFree("OPENBLAS_CORETYPE"))
        {
            yield return ("OPENBLAS_CORETYPE", "SkylakeX");
        }
    }

    // OpenBLAS 0.3.21, which Debian 12 ships, knows no AMD processor with AVX-512 and falls back to kernels for AVX2, up to two
    // times slower. Later releases take the kernels of Intel's processors there, which is what is asked for here.
    private static bool NeedsBlasKernels()
    {
        if (!X86Base.IsSupported || !Avx512BW.VL.IsSupported || !Avx512DQ.VL.IsSupported || !Avx512CD.IsSupported)
        {
            return false;
        }

        var (_, first, third, second) = X86Base.CpuId(0, 0);
        return Text(first) + Text(second) + Text(third) == "AuthenticAMD";
    }

    private static string Text(int register) => Encoding.ASCII.GetString(BitConverter.GetBytes(register));

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);
}
