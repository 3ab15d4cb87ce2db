using System.Runtime.InteropServices;

namespace Nabla.Cli;

/// <summary>
/// Makes the interrupt signal heard. A shell without job control, such as a script that ends a line with <c>&amp;</c>,
/// starts programs with the signal ignored, and the runtime would leave it so: a training started by such a script could
/// not be stopped with its state saved.
/// </summary>
internal static partial class InterruptSignal
{
    private const int Interrupt = 2;
    private const nint Default = 0;

    /// <summary>Sets the signal back to its default, which the runtime replaces when somebody registers for it.</summary>
    public static void Listen()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetHandler(Interrupt, Default);
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);
}
