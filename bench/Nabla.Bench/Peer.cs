using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Nabla.Bench;

/// <summary>Runs a script of bench/peer with Debian's Python and PyTorch.</summary>
internal static class Peer
{
    public static JsonElement Run(string root, string script, int threads, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(root, "bench", "peer", script));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OMP_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{script} ended with code {process.ExitCode}. The peer needs Debian's packages python3-torch and python3-numpy.");
        }

        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
