using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nabla.Experiments;

/// <summary>
/// A run on disk: <c>HOME/runs/ID</c> with <c>run.json</c> (settings and outcome), <c>metrics.jsonl</c> (a line a
/// measurement) and <c>checkpoints/</c>. Failed and cancelled runs stay and are marked.
/// </summary>
public sealed class RunFolder
{
    private const string RecordName = "run.json";
    private const long LargestRecord = 16 << 20;

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    private RunFolder(string path, RunRecord record)
    {
        Path = path;
        Record = record;
    }

    /// <summary>The run's id: start time and a counter, so ids sort by age.</summary>
    public string Id => Record.Run;

    /// <summary>Full path of the run's folder.</summary>
    public string Path { get; }

    /// <summary>Full path of the folder for checkpoints; it exists once there is one.</summary>
    public string CheckpointsPath => System.IO.Path.Combine(Path, "checkpoints");

    /// <summary>Full path of the measurements, a JSON object a line: <c>{"kind","step","seconds","loss"}</c>.</summary>
    public string MetricsPath => System.IO.Path.Combine(Path, "metrics.jsonl");

    /// <summary>The settings and the outcome as last written or read.</summary>
    public RunRecord Record { get; private set; }

    /// <summary>The folder of all runs: <c>NABLA_HOME</c>, or <c>nabla</c> in the user's data folder.</summary>
    public static string DefaultHome
    {
        get
        {
            string? home = Environment.GetEnvironmentVariable("NABLA_HOME");
            if (!string.IsNullOrWhiteSpace(home))
            {
                return System.IO.Path.GetFullPath(home);
            }

            string data = Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            if (data.Length == 0)
            {
                throw new RunStoreException(
                    "There is no home directory to keep runs in. Set NABLA_HOME to a folder that can be written.");
            }

            return System.IO.Path.Combine(data, "nabla");
        }
    }

    /// <summary>Makes a new run and writes its settings.</summary>
    /// <param name="record">The settings; id and start time are filled in.</param>
    /// <param name="home">The store's folder; null: <see cref="DefaultHome"/>.</param>
    /// <param name="clock">The clock; null: the system's.</param>
    /// <exception cref="RunStoreException">The folder cannot be written.</exception>
    public static RunFolder Create(RunRecord record, string? home = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        string runs = RunsPath(home);
        DateTimeOffset now = (clock ?? TimeProvider.System).GetUtcNow();
        string stamp = now.ToString("yyMMdd-HHmmss", CultureInfo.InvariantCulture);
        try
        {
            Directory.CreateDirectory(runs);
            for (int counter = 1; ; counter++)
            {
                string id = FormattableString.Invariant($"{stamp}-{counter:D2}");
                string path = System.IO.Path.Combine(runs, id);
                if (Directory.Exists(path) && File.Exists(System.IO.Path.Combine(path, RecordName)))
                {
                    continue;
                }

                Directory.CreateDirectory(path);
                try
                {
                    // CreateNew decides between two processes that start in the same second.
                    using FileStream claim = new(System.IO.Path.Combine(path, RecordName), FileMode.CreateNew);
                }
                catch (IOException) when (File.Exists(System.IO.Path.Combine(path, RecordName)))
                {
                    continue;
                }

                RunFolder run = new(path, record with { Run = id, Started = now });
                run.Write();
                return run;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"A run cannot be written to '{runs}': {e.Message} Set NABLA_HOME to a folder that can be written.", e);
        }
    }

    /// <summary>Opens a run.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="home">The store's folder; null: <see cref="DefaultHome"/>.</param>
    /// <exception cref="RunStoreException">There is no such run, or its record cannot be read.</exception>
    public static RunFolder Open(string id, string? home = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        string runs = RunsPath(home);
        string path = System.IO.Path.Combine(runs, id);
        // An id is a plain name: anything that could leave the folder of runs is no id.
        bool plain = id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        if (!plain || !File.Exists(System.IO.Path.Combine(path, RecordName)))
        {
            string[] known = Ids(runs);
            string hint = known.Length == 0
                ? "There are no runs yet; 'nabla train' makes one."
                : $"The newest are {string.Join(", ", known.TakeLast(3).Reverse())}.";
            throw new RunStoreException($"There is no run '{id}' in '{runs}'. {hint}");
        }

        return new RunFolder(path, Read(path));
    }

    /// <summary>All runs whose record can be read, oldest first.</summary>
    /// <param name="home">The store's folder; null: <see cref="DefaultHome"/>.</param>
    public static IReadOnlyList<RunFolder> List(string? home = null)
    {
        string runs = RunsPath(home);
        List<RunFolder> list = [];
        foreach (string id in Ids(runs))
        {
            try
            {
                list.Add(Open(id, home));
            }
            catch (RunStoreException)
            {
                // A run that is being made by another process has an empty record for a moment.
            }
        }

        return list;
    }

    /// <summary>Replaces the record, in one move, so that a reader sees the old or the new one.</summary>
    /// <param name="change">Makes the new record from the old.</param>
    /// <exception cref="RunStoreException">The record cannot be written; the old one is intact.</exception>
    public void Update(Func<RunRecord, RunRecord> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        RunRecord old = Record;
        Record = change(old) with { Run = old.Run, Started = old.Started };
        try
        {
            Write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException($"The record of run {Id} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Writes all losses of a run to <see cref="MetricsPath"/>, replacing what was there.</summary>
    /// <param name="series">The losses.</param>
    /// <exception cref="RunStoreException">The file cannot be written.</exception>
    public void WriteMetrics(TrainingSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        StringBuilder text = new();
        IEnumerable<(string Kind, LossPoint Point)> points = series.Training.Select(p => ("train", p))
            .Concat(series.Validation.Select(p => ("validation", p)))
            .OrderBy(p => p.p.Step);
        foreach ((string kind, LossPoint point) in points)
        {
            string loss = double.IsFinite(point.Loss)
                ? point.Loss.ToString("R", CultureInfo.InvariantCulture)
                : "null";
            text.Append(CultureInfo.InvariantCulture, $"{{\"kind\":\"{kind}\",\"step\":{point.Step},")
                .Append(CultureInfo.InvariantCulture, $"\"seconds\":{point.Seconds:R},\"loss\":{loss}}}\n");
        }

        try
        {
            Replace(MetricsPath, text.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException($"The measurements of run {Id} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Claims the run for this process, until disposed or killed, so that no two train it at once.</summary>
    /// <exception cref="RunStoreException">Another process has it, or the folder cannot be written.</exception>
    internal IDisposable Hold()
    {
        try
        {
            return new FileStream(
                System.IO.Path.Combine(Path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"Run {Id} cannot be claimed: {e.Message} If another process is training it, wait for that or stop it.", e);
        }
    }

    private static string RunsPath(string? home) => System.IO.Path.Combine(home ?? DefaultHome, "runs");

    private static string[] Ids(string runs)
    {
        if (!Directory.Exists(runs))
        {
            return [];
        }

        string[] ids = [.. Directory.GetDirectories(runs)
            .Where(p => File.Exists(System.IO.Path.Combine(p, RecordName)))
            .Select(p => System.IO.Path.GetFileName(p))];
        Array.Sort(ids, StringComparer.Ordinal);
        return ids;
    }

    private static RunRecord Read(string path)
    {
        string file = System.IO.Path.Combine(path, RecordName);
        try
        {
            if (new FileInfo(file).Length > LargestRecord)
            {
                throw new RunStoreException($"'{file}' is larger than any run's record and was not read.");
            }

            RunRecord record = JsonSerializer.Deserialize<RunRecord>(File.ReadAllBytes(file), _json)
                ?? throw new RunStoreException($"'{file}' holds no run.");
            return record with { Run = System.IO.Path.GetFileName(path) };
        }
        catch (JsonException e)
        {
            throw new RunStoreException($"'{file}' is damaged: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException($"'{file}' cannot be read: {e.Message}", e);
        }
    }

    private static void Replace(string path, string text)
    {
        string temporary = path + ".tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    private void Write() =>
        Replace(System.IO.Path.Combine(Path, RecordName), JsonSerializer.Serialize(Record, _json) + "\n");
}
