using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;
using Nabla.Engine;
using Nabla.Runs;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla doctor</c>: what was found on this machine, what is missing and how to get it.</summary>
internal static class DoctorVerb
{
    // Reference BLAS reaches one to three GFLOP/s a thread and an optimized one tens.
    private const double SlowProduct = 6;

    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "doctor",
            "Says what was found on this machine, what is missing and how to get it.",
            "Looks at libtorch, threads, vector width, GPU and store, and measures a matrix product. Ends with 1 when something "
                + "that is needed is missing.",
            "nabla doctor",
            "nabla doctor --json");
        Option<int?> threads = TaskArguments.ThreadsOption();
        command.Add(threads);
        command.SetAction(parsed => Run(
            TaskArguments.ThreadsOrDefault(parsed.GetValue(threads)),
            parsed.GetValue(command.Json),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(int threads, bool json, TextWriter output)
    {
        List<string> problems = [];
        bool failed = false;
        string? version = null;
        string? path = null;
        bool cuda = false;
        double? product = null;
        try
        {
            Torch.EnsureLoaded();
            Torch.Threads = threads;
            version = Torch.Version;
            path = Torch.LibraryPath;
            cuda = Torch.CudaAvailable;
            product = MeasureProduct();
            if (product < SlowProduct)
            {
                problems.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"A matrix product runs at {product:F1} GFLOP/s, which looks like the reference BLAS, tens of times slower "
                    + $"than needed; install an optimized one: apt-get install libopenblas0-pthread"));
            }
        }
        catch (Exception failure) when (failure is EngineException or DllNotFoundException or TypeInitializationException)
        {
            failed = true;
            problems.Add(ErrorSentence.Of(failure).Sentence);
        }

        string? store = null;
        try
        {
            store = RunStore.DefaultHome;
            if (StoreProblem(store) is { } problem)
            {
                failed = true;
                problems.Add(problem);
            }
        }
        catch (RunStoreException failure)
        {
            failed = true;
            problems.Add(failure.Message);
        }

        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
        string own = OwnVersion();
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonObject
            {
                ["version"] = own,
                ["libtorch"] = version is null
                    ? null
                    : new JsonObject { ["version"] = version, ["path"] = path, ["cuda"] = cuda },
                ["threads"] = threads,
                ["vector_bits"] = bits,
                ["store"] = store,
                ["matrix_product_gflops"] = JsonDocumentWriter.Number(product),
                ["blas"] = LoadedBlas(),
                ["problems"] = JsonDocumentWriter.Texts(problems),
            });
        }
        else
        {
            output.WriteLine($"nabla           {own} on .NET {Environment.Version}");
            output.WriteLine($"libtorch        {(version is null ? "not found" : $"{version} ({path})")}");
            output.WriteLine($"GPU             {(cuda ? $"CUDA, {Torch.CudaDeviceCount} device(s)" : "none that libtorch can use")}");
            output.WriteLine($"threads         {threads} of {Environment.ProcessorCount} processors");
            output.WriteLine($"vectors         {bits} bits");
            if (product is { } rate)
            {
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"matrix product  {rate:F1} GFLOP/s{(LoadedBlas() is { } blas ? $" with {blas}" : "")}"));
            }

            output.WriteLine($"store           {store ?? "none"}");
            output.WriteLine();
            output.WriteLine(problems.Count == 0 ? "Nothing is missing." : "Problems:");
            foreach (string problem in problems)
            {
                output.WriteLine($"  - {problem}");
            }
        }

        return failed ? ExitCode.Failed : ExitCode.Done;
    }

    /// <summary>The version of this program.</summary>
    /// <returns>As in <c>0.1.0</c>.</returns>
    public static string OwnVersion()
    {
        string version = typeof(DoctorVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "0.0.0";
        int plus = version.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? version : version[..plus];
    }

    private static double MeasureProduct()
    {
        const int size = 512;
        using TensorScope scope = new();
        using IDisposable mode = GradMode.Disable();
        Tensor left = Tensor.Ones([size, size]);
        Tensor right = Tensor.Ones([size, size]);
        double best = double.PositiveInfinity;
        for (int repeat = 0; repeat < 6; repeat++)
        {
            long started = Stopwatch.GetTimestamp();
            using Tensor result = left.Matmul(right);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return 2.0 * size * size * size / best / 1e9;
    }

    private static string? StoreProblem(string store)
    {
        try
        {
            Directory.CreateDirectory(store);
            string probe = Path.Combine(store, $".probe-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The store '{store}' cannot be written: {ErrorSentence.OneLine(failure.Message)} "
                + "Set NABLA_HOME to a folder that can.";
        }
    }

    private static string? LoadedBlas()
    {
        try
        {
            return File.ReadLines("/proc/self/maps")
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1])
                .FirstOrDefault(file => Path.GetFileName(file) is { } name
                    && (name.Contains("openblas", StringComparison.Ordinal)
                        || name.StartsWith("libblas", StringComparison.Ordinal)
                        || name.StartsWith("libmkl", StringComparison.Ordinal)));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
