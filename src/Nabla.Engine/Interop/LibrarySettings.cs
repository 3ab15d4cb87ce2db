using System.Runtime.InteropServices;

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

        foreach (var (name, value) in Choose(Environment.GetEnvironmentVariable))
        {
            // The runtime keeps a copy of the environment of its own, which native code does not see.
            Environment.SetEnvironmentVariable(name, value);
            _ = SetNative(name, value, overwrite: 0);
        }
    }

    // What is set, given what the user has set.
    public static IEnumerable<(string Name, string Value)> Choose(Func<string, string?> present)
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
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNative(string name, string value, int overwrite);
}
