using System.Runtime.InteropServices;

namespace Nabla.Engine;

// Finds and opens the bridge, and says what to do when that fails.
internal static class BridgeLoader
{
    public const string FileName = "libnabla_bridge.so";

    private const string Remedy =
        "install libtorch with `apt-get install libtorch-dev`, or set NABLA_LIBTORCH to the folder of an unpacked "
        + "libtorch, and build the bridge (cmake on native/)";

    public static nint Load(string folder)
    {
        CheckNamedLibtorch();
        string path = Path.Combine(folder, FileName);
        var file = new FileInfo(path);
        if (!file.Exists || file.Length == 0)
        {
            throw new EngineException(
                $"The bridge to libtorch, {FileName}, is {(file.Exists ? "empty" : "missing")} in {folder}: {Remedy}.");
        }

        LibrarySettings.Apply();
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new EngineException($"libtorch could not be loaded ({Reason(e)}): {Remedy}.", e);
        }
    }

    // A named libtorch that is not there must not be passed over in silence for another one.
    private static void CheckNamedLibtorch()
    {
        string? named = Environment.GetEnvironmentVariable("NABLA_LIBTORCH");
        if (string.IsNullOrWhiteSpace(named))
        {
            return;
        }

        string[] folders = [Path.Combine(named, "lib"), named];
        if (!folders.Any(f => Directory.Exists(f) && Directory.EnumerateFiles(f, "libtorch_cpu.so*").Any()))
        {
            throw new EngineException(
                $"NABLA_LIBTORCH is '{named}', and there is no libtorch in it (no lib/libtorch_cpu.so): name the folder of an "
                + "unpacked libtorch, or unset it and install Debian's with `apt-get install libtorch-dev`.");
        }
    }

    // The loader's message is a paragraph of advice about every path it tried; its line about ours says why.
    private static string Reason(Exception e)
    {
        foreach (string line in e.Message.Split('\n'))
        {
            if (line.Contains(".so", StringComparison.Ordinal)
                && (line.Contains("cannot open", StringComparison.Ordinal)
                    || line.Contains("undefined symbol", StringComparison.Ordinal)
                    || line.Contains("invalid ELF", StringComparison.Ordinal)
                    || line.Contains("too short", StringComparison.Ordinal)))
            {
                return line.Trim();
            }
        }

        return e.Message.Split('\n')[0].Trim();
    }
}
