using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Nabla.Engine;
using Nabla.Procedures.Unlearning;

namespace Nabla.Bench;

/// <summary>The projection of MinNorm-OG onto the span of output gradients beside the QR decomposition of the same matrix in SciPy.</summary>
internal static class UnlearningBench
{
    /// <summary>Measures both, one after the other, and writes a section of Markdown.</summary>
    public static string Run(string root, int threads, int parameters, int gradients)
    {
        var file = Path.Combine(Path.GetTempPath(), $"nabla-unlearning-bench-{Environment.ProcessId}.bin");
        try
        {
            Torch.Threads = threads;
            Write(file, parameters, gradients);
            var (seconds, bytes, norm) = Own(file, parameters, gradients);
            var peer = Peer.Run(root, "unlearning_peer.py", threads, file, $"{gradients}", $"{parameters}");
            var peerSeconds = peer.GetProperty("seconds").GetDouble();
            var peerBytes = peer.GetProperty("extra_bytes").GetInt64();
            var difference = Math.Abs((norm / peer.GetProperty("norm").GetDouble()) - 1);

            var c = CultureInfo.InvariantCulture;
            var page = new StringBuilder();
            page.AppendLine("## Unlearning").AppendLine();
            page.AppendLine(c, $"The part of {parameters:N0} parameters outside the span of {gradients} output gradients, which MinNorm-OG shrinks, {threads} threads, once each, one after the other. Memory");
            page.AppendLine(c, $"is what is added at the peak to the gradients in single precision ({(long)parameters * gradients * 4 / 1048576:N0} MiB). The norms of the results differ by {difference:E1} in proportion. No matrix of");
            page.AppendLine("parameters × parameters is made by either.").AppendLine();
            page.AppendLine("| what | seconds | memory added | goal | holds |").AppendLine("|---|---:|---:|---|---|");
            page.AppendLine(c, $"| Nabla: Gram matrix and its eigenvalues | {seconds:F1} | {bytes / 1048576:N0} MiB | no copy of the gradients | {(bytes < (long)parameters * gradients * 4 ? "yes" : "**no**")} |");
            page.AppendLine(c, $"| SciPy {peer.GetProperty("scipy").GetString()}: QR in double precision | {peerSeconds:F1} | {peerBytes / 1048576:N0} MiB | | |");
            page.AppendLine(c, $"| SciPy against Nabla | {peerSeconds / seconds:F1} × | {(double)peerBytes / Math.Max(1, bytes):F0} × | at least 1.0 × | {(peerSeconds >= seconds && peerBytes >= bytes ? "yes" : "**no**")} |");
            return page.ToString();
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static (double Seconds, long Bytes, double Norm) Own(string file, int parameters, int gradients)
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        Tensor matrix = Tensor.Empty([gradients, parameters]), theta = Tensor.Empty([parameters]);
        using (var stream = File.OpenRead(file))
        {
            for (var row = 0; row < gradients; row++)
            {
                stream.ReadExactly(MemoryMarshal.AsBytes(matrix[row].AsSpan<float>()));
            }

            stream.ReadExactly(MemoryMarshal.AsBytes(theta.AsSpan<float>()));
        }

        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Resident("VmRSS");
        var begun = Stopwatch.GetTimestamp();
        var outcome = new OutputProjection().Shrink(theta, matrix, 1);
        return (Stopwatch.GetElapsedTime(begun).TotalSeconds, Resident("VmHWM") - before, outcome.NormOutside);
    }

    // Gradients of a network share directions: a common part and parts of their own, of falling size.
    private static void Write(string file, int parameters, int gradients)
    {
        var random = new RandomStream(Seed.From(1));
        using var stream = File.Create(file, 1 << 20);
        using var common = random.NextGaussians([parameters]);
        var shared = common.ToArray<float>();
        for (var row = 0; row <= gradients; row++)
        {
            using var scope = new TensorScope();
            var values = random.NextGaussians([parameters]).ToArray<float>();
            var size = row == gradients ? 1f : 1f / (1 + (row / 64f));
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = size * (values[i] + (row == gradients ? 0 : shared[i]));
            }

            stream.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    private static long Resident(string key) =>
        long.Parse(
            File.ReadLines("/proc/self/status").First(l => l.StartsWith(key, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024;
}
