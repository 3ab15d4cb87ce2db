using System.Globalization;

namespace Nabla.Runs;

/// <summary>
/// The run store: one SQLite file, <c>HOME/store.db</c>, that many processes read and write at once, and a folder for
/// each run, <c>HOME/runs/ID</c>, for its checkpoints. The file is the only record of settings, outcomes and
/// measurements. Methods may be called from any thread.
/// </summary>
public sealed partial class RunStore : IDisposable
{
    private const string FileName = "store.db";

    // A living process writes to its row twice a second.
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(5);

    // Without a claim to look at, only a long silence tells.
    private static readonly TimeSpan _longSilence = TimeSpan.FromMinutes(5);

    private readonly Database _database;
    private readonly TimeProvider _clock;

    private RunStore(string home, Database database, TimeProvider clock)
    {
        Home = home;
        _database = database;
        _clock = clock;
    }

    /// <summary>The folder of the store: <c>NABLA_HOME</c>, or <c>nabla</c> in the user's data folder.</summary>
    /// <exception cref="RunStoreException">There is no home directory.</exception>
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

    /// <summary>Full path of the store's folder.</summary>
    public string Home { get; }

    /// <summary>Full path of the store's file.</summary>
    public string Path => System.IO.Path.Combine(Home, FileName);

    /// <summary>Whether there is a store, or runs of a time before there were stores, in a folder.</summary>
    /// <param name="home">The folder; null: <see cref="DefaultHome"/>.</param>
    public static bool Exists(string? home = null)
    {
        home ??= DefaultHome;
        return File.Exists(System.IO.Path.Combine(home, FileName)) || Directory.Exists(System.IO.Path.Combine(home, "runs"));
    }

    /// <summary>Opens the store, makes it where there is none, and brings an older one to the present schema.</summary>
    /// <param name="home">Its folder; null: <see cref="DefaultHome"/>.</param>
    /// <param name="clock">The clock for times of starting and ending; null: the system's.</param>
    /// <returns>The store; dispose it.</returns>
    /// <exception cref="RunStoreException">The folder cannot be written, or the file is damaged or of a newer program.</exception>
    public static RunStore Open(string? home = null, TimeProvider? clock = null)
    {
        home = System.IO.Path.GetFullPath(home ?? DefaultHome);
        try
        {
            Directory.CreateDirectory(home);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"Runs cannot be kept in '{home}': {e.Message} Set NABLA_HOME to a folder that can be written.", e);
        }

        string path = System.IO.Path.Combine(home, FileName);
        Database database = Database.Open(path);
        try
        {
            Migrations.Apply(database, path);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        return new RunStore(home, database, clock ?? TimeProvider.System);
    }

    /// <summary>Full path of a run's folder; it exists once something is in it.</summary>
    /// <param name="run">The run's id.</param>
    public string FolderOf(string run) => System.IO.Path.Combine(Home, "runs", run);

    /// <summary>Starts a run: its row is on disk when this returns.</summary>
    /// <param name="run">The settings; id, times and outcome are filled in by the store.</param>
    /// <returns>The writer of its measurements and its outcome; dispose it.</returns>
    /// <exception cref="RunStoreException">The store cannot be written, or the comparison has a run in that slot.</exception>
    public RunWriter StartRun(StoredRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        StoredRun started = _database.Write(d =>
        {
            if (run is { Comparison: { } comparison, Slot: { } slot } && RunTable.FindSlot(d, comparison, slot) is { } other)
            {
                throw new RunStoreException($"The comparison {comparison} already has the run {other.Id} as its '{slot}'.");
            }

            DateTimeOffset now = _clock.GetUtcNow();
            string id = NewId(now, "", i => d.Number("SELECT count(*) FROM runs WHERE id = $1", i) > 0 || Directory.Exists(FolderOf(i)));
            StoredRun row = Fresh(run, id, now);
            RunTable.Insert(d, row);
            return row;
        });
        return new RunWriter(Path, started.Id, _clock);
    }

    /// <summary>Keeps many runs that are over, all or none of them, in one go: much faster than a writer for each.</summary>
    /// <param name="runs">The runs.</param>
    /// <returns>Their ids, in order.</returns>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public IReadOnlyList<string> AddRuns(IReadOnlyList<FinishedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return _database.Write(d =>
        {
            DateTimeOffset now = _clock.GetUtcNow();
            List<string> ids = [];
            int counter = 0;
            foreach (FinishedRun one in runs)
            {
                string id = NewId(now, "", i => d.Number("SELECT count(*) FROM runs WHERE id = $1", i) > 0 || Directory.Exists(FolderOf(i)), ref counter);
                RunTable.Insert(d, Fresh(one.Run, id, now));
                foreach ((string name, IReadOnlyList<MetricPoint> points) in one.Series)
                {
                    SeriesTable.Append(d, id, name, [.. points]);
                }

                RunTable.Finish(d, id, one.Outcome, now);
                ids.Add(id);
            }

            return ids;
        });
    }

    /// <summary>
    /// Goes on with a run: it has no ending until it ends again. When it goes on from a checkpoint, drop what was
    /// measured later with <see cref="RunWriter.DropAfter"/>.
    /// </summary>
    /// <param name="run">The run's id.</param>
    /// <returns>The writer of its measurements and its outcome; dispose it.</returns>
    /// <exception cref="RunStoreException">There is no such run, or the store cannot be written.</exception>
    public RunWriter ContinueRun(string run)
    {
        Get(run);
        _database.Write(d => d.Execute(
            "UPDATE runs SET ending = NULL, advice = NULL, updated = $2 WHERE id = $1", run, RunTable.Text(_clock.GetUtcNow())));
        return new RunWriter(Path, run, _clock);
    }

    /// <summary>Writes the outcome of a run that has no writer any more, for example one whose process failed to start.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="outcome">How it ended.</param>
    /// <exception cref="RunStoreException">There is no such run, or the store cannot be written.</exception>
    public void FinishRun(string run, RunOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        Get(run);
        _database.Write(d => RunTable.Finish(d, run, outcome, _clock.GetUtcNow()));
    }

    /// <summary>
    /// Gives the runs that a killed process left without an ending the ending <see cref="StoredRun.Killed"/>. Such a run
    /// can be gone on with. Whoever shows runs calls this first.
    /// </summary>
    /// <returns>How many runs were marked.</returns>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public int MarkKilled()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        StoredRun[] lost = [.. List(new RunFilter { Ending = "none" }).Where(run => (now - run.Updated) switch
        {
            var quiet when quiet < _silence => false,
            var quiet => RunLock.IsHeld(FolderOf(run.Id)) is { } held ? !held : quiet >= _longSilence,
        })];
        return lost.Length == 0 ? 0 : _database.Write(d => lost.Sum(run => d.Execute(
            // What changed since it was read lives.
            "UPDATE runs SET ending = $2, advice = $3 WHERE id = $1 AND ending IS NULL AND updated = $4",
            run.Id, StoredRun.Killed, "Its process ended without a word, as after a kill or a failure of power.",
            RunTable.Text(run.Updated))));
    }

    /// <summary>A run, or null when there is none of that id.</summary>
    /// <param name="run">The run's id.</param>
    public StoredRun? Find(string run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return _database.Read(d => RunTable.Find(d, run));
    }

    /// <summary>A run.</summary>
    /// <param name="run">The run's id.</param>
    /// <exception cref="RunStoreException">There is none of that id; the message names the newest.</exception>
    public StoredRun Get(string run)
    {
        if (Find(run) is { } found)
        {
            return found;
        }

        List<string> newest = _database.Read(d => d.Query("SELECT id FROM runs ORDER BY started DESC, id DESC LIMIT 3", row => row.GetString(0)));
        string hint = newest.Count == 0
            ? "There are no runs yet; 'nabla train' makes one."
            : $"The newest are {string.Join(", ", newest)}.";
        throw new RunStoreException($"There is no run '{run}' in '{Home}'. {hint}");
    }

    /// <summary>Runs in an order.</summary>
    /// <param name="filter">Which ones; null: all.</param>
    /// <param name="order">What they are ordered by. Default: age, the oldest first.</param>
    /// <param name="descending">Whether the order is turned round.</param>
    public IReadOnlyList<StoredRun> List(RunFilter? filter = null, RunOrder order = RunOrder.Started, bool descending = false) =>
        _database.Read(d => RunTable.List(d, filter ?? new RunFilter(), order, descending));

    /// <summary>Removes a run: its row, its measurements, its list of files and its folder with all checkpoints.</summary>
    /// <param name="run">The run's id.</param>
    /// <exception cref="RunStoreException">There is no such run, it is being trained, or its folder cannot be removed.</exception>
    public void Delete(string run)
    {
        StoredRun found = Get(run);
        string folder = FolderOf(found.Id);
        if (Directory.Exists(folder))
        {
            // Refused here when a process is training it.
            RunLock.Take(folder).Dispose();
        }

        try
        {
            // The folder first: a row without a folder can be deleted again, a folder without a row is never found.
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException($"The folder '{folder}' of run {run} cannot be removed: {e.Message}", e);
        }

        _database.Write(d => d.Execute("DELETE FROM runs WHERE id = $1", found.Id));
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    /// <summary>The row of a run that begins: whatever the caller left in its outcome is gone.</summary>
    private static StoredRun Fresh(StoredRun run, string id, DateTimeOffset now) => run with
    {
        Id = id,
        Started = now,
        Updated = now,
        Ending = null,
        Advice = null,
        Steps = 0,
        FinalLoss = null,
        ValidationLoss = null,
        Seconds = 0,
        PerSecond = 0,
        PeakBytes = 0,
    };

    private static string NewId(DateTimeOffset now, string prefix, Predicate<string> isTaken)
    {
        int counter = 0;
        return NewId(now, prefix, isTaken, ref counter);
    }

    /// <summary>The next id of this second that is free, above a counter that goes on from call to call.</summary>
    private static string NewId(DateTimeOffset now, string prefix, Predicate<string> isTaken, ref int counter)
    {
        string stamp = now.UtcDateTime.ToString("yyMMdd-HHmmss", CultureInfo.InvariantCulture);
        while (true)
        {
            counter++;
            string id = string.Create(CultureInfo.InvariantCulture, $"{prefix}{stamp}-{counter:D2}");
            if (!isTaken(id))
            {
                return id;
            }
        }
    }
}
