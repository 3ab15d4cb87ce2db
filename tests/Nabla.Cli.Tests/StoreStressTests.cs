using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nabla.Runs;

namespace Nabla.Cli.Tests;

/// <summary>
/// Two trainings and a dashboard on one store while processes are killed at random moments. <c>NABLA_STRESS_MINUTES</c>
/// makes it longer than the usual half minute.
/// </summary>
public sealed class StoreStressTests
{
    private const int Trainings = 2;
    private const double UsualMinutes = 0.5;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_ended_is_lost_and_nobody_meets_a_lock()
    {
        double minutes = double.TryParse(
            Environment.GetEnvironmentVariable("NABLA_STRESS_MINUTES"), NumberStyles.Float, CultureInfo.InvariantCulture, out double asked)
            ? asked : UsualMinutes;
        // The moments differ between runs of the test; the seed is printed.
        int seed = Environment.TickCount;
        using TemporaryFolder folder = new();
        using Stress stress = new(folder, new Random(seed));
        long start = TimeProvider.System.GetTimestamp();
        // A slow machine gets longer, until there is something to look at.
        while (TimeProvider.System.GetElapsedTime(start).TotalMinutes is var passed && (passed < minutes || (passed < minutes + 3 && !stress.HasSeenAll)))
        {
            stress.Tick();
            await stress.VisitAsync();
            await Task.Delay(stress.Random.Next(50, 500), Cancellation);
        }

        await stress.EndAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {stress.Figures}");
        Assert.True(stress.Complaints.Count == 0, $"Seed {seed}; {stress.Figures}\n{string.Join('\n', stress.Complaints)}");
        Assert.True(stress.HasSeenAll, $"Seed {seed}; {stress.Figures}");
    }

    private sealed class Stress : IDisposable
    {
        private readonly TemporaryFolder _folder;
        private readonly string _text;
        private readonly Training?[] _trainings = new Training?[Trainings];
        private readonly HashSet<string> _completed = [];
        private readonly HashSet<long> _killedSeeds = [];
        private readonly HashSet<string> _resuming = [];
        private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(1) };
        private NablaProcess? _dashboard;
        private Uri? _address;
        private long _nextSeed;
        private int _dashboardKills;
        private int _resumed;

        public Stress(TemporaryFolder folder, Random random)
        {
            _folder = folder;
            _text = folder.Text();
            Random = random;
        }

        public Random Random { get; }

        public List<string> Complaints { get; } = [];

        public int Completed => _completed.Count;

        public int Killed { get; private set; }

        public int Pages { get; private set; }

        public bool HasSeenAll => Completed > 1 && Killed > 1 && Pages > 1;

        public string Figures => string.Create(
            CultureInfo.InvariantCulture,
            $"{_nextSeed} trainings started, {Completed} completed, {Killed} killed, {_resumed} resumed, {Pages} pages read, dashboard killed {_dashboardKills} times");

        private string Home => _folder.Environment["NABLA_HOME"]!;

        public void Tick()
        {
            for (int i = 0; i < Trainings; i++)
            {
                if (_trainings[i] is not { } training)
                {
                    _trainings[i] = Random.Next(4) == 0 && Resume() is { } resumed ? resumed : Start();
                }
                else if (training.Process.HasExited)
                {
                    Collect(training);
                    _trainings[i] = null;
                }
                else if (training.Life is { } life && IsTraining(training) && TimeProvider.System.GetElapsedTime(training.Started) > life)
                {
                    Kill(training);
                    Listen(training.Process);
                    Forget(training);
                    _trainings[i] = null;
                }
            }

            if (_dashboard is not null && _address is not null && Random.NextDouble() < 0.03)
            {
                _dashboard.Kill();
                _dashboardKills++;
                Listen(_dashboard);
                _dashboard.Dispose();
                (_dashboard, _address) = (null, null);
            }
        }

        /// <summary>Reads a page, after starting a dashboard where there is none.</summary>
        public async Task VisitAsync()
        {
            _dashboard ??= NablaProcess.Start(_folder.Environment, "dashboard", "--port", "0", "--json");
            if (_address is null)
            {
                if (_dashboard.HasExited)
                {
                    Complaints.Add($"The dashboard ended: {_dashboard.ErrorSoFar}");
                    _dashboard = null;
                }
                else if (_dashboard.OutputSoFar is { } said && said.TrimEnd().EndsWith('}'))
                {
                    _address = new Uri(JsonDocument.Parse(said).RootElement.GetProperty("address").GetString()!);
                }

                return;
            }

            string page = Random.Next(3) switch
            {
                0 when _completed.Count > 0 => $"/runs/{_completed.ElementAt(Random.Next(_completed.Count))}",
                1 => "/claims",
                _ => "/",
            };
            using HttpResponseMessage answer = await _client.GetAsync(new Uri(_address, page), Cancellation);
            string body = await answer.Content.ReadAsStringAsync(Cancellation);
            Pages++;
            if (answer.StatusCode != HttpStatusCode.OK || body.Contains("locked", StringComparison.OrdinalIgnoreCase))
            {
                Complaints.Add($"{page}: {answer.StatusCode} {body[..Math.Min(body.Length, 300)]}");
            }
        }

        /// <summary>Kills all, waits until a silence tells, and compares the store with what was seen.</summary>
        public async Task EndAsync()
        {
            foreach (Training training in _trainings.OfType<Training>().Where(t => !t.Process.HasExited))
            {
                Kill(training);
            }

            foreach (Training training in _trainings.OfType<Training>())
            {
                Collect(training);
            }

            Array.Clear(_trainings);

            _dashboard?.Kill();
            _dashboard?.Dispose();
            // So long a row must be silent before it is taken for one of a killed process.
            await Task.Delay(TimeSpan.FromSeconds(6), Cancellation);
            NablaResult listed = NablaProcess.Run(_folder.Environment, "runs", "list", "--json");
            Dictionary<string, string?> endings = listed.Json().EnumerateArray().ToDictionary(
                row => row.GetProperty("run").GetString()!, row => row.GetProperty("ending").GetString());
            CheckStore(endings);
            // A dashboard that starts on what is left answers.
            (_dashboard, _address) = (null, null);
            int before = Pages;
            for (int i = 0; i < 600 && Pages == before; i++)
            {
                await VisitAsync();
                await Task.Delay(100, Cancellation);
            }

            Complain(Pages == before, "The dashboard did not answer on the store that was left.");
        }

        public void Dispose()
        {
            foreach (Training? training in _trainings)
            {
                training?.Process.Dispose();
            }

            _dashboard?.Dispose();
            _client.Dispose();
        }

        private void CheckStore(Dictionary<string, string?> endings)
        {
            using (SqliteConnection connection = new($"Data Source={Path.Combine(Home, "store.db")};Pooling=False"))
            {
                connection.Open();
                string? damage = Ask(connection, "PRAGMA integrity_check");
                Complain(damage != "ok", $"integrity_check: {damage}");
                Complain(Ask(connection, "PRAGMA foreign_key_check") is not null, "A row points to nothing.");
            }

            foreach (string run in _completed)
            {
                Complain(endings.GetValueOrDefault(run) != "completed", $"Run {run} printed its end and is '{endings.GetValueOrDefault(run)}'.");
            }

            using RunStore store = RunStore.Open(Home);
            foreach (StoredRun run in store.List())
            {
                string ending = endings[run.Id] ?? "none";
                bool mayBeKilled = _killedSeeds.Contains(run.Seed);
                // Killed between its row and its claim: then only minutes of silence tell.
                bool wasUnclaimed = ending == "none" && RunLock.IsHeld(store.FolderOf(run.Id)) is null;
                Complain(
                    ending != "completed" && !(mayBeKilled && (ending == StoredRun.Killed || wasUnclaimed)),
                    $"Run {run.Id} of seed {run.Seed} is '{ending}'{(mayBeKilled ? " after a kill" : "")}.");
                IReadOnlyList<MetricPoint> losses = store.Series(run.Id, MetricNames.Loss);
                Complain(
                    ending == "completed" && !losses.Select(p => p.Step).SequenceEqual(Enumerable.Range(1, (int)run.Steps).Select(i => (long)i)),
                    $"Run {run.Id} of {run.Steps} steps has {losses.Count} losses.");
            }
        }

        private static string? Ask(SqliteConnection connection, string sql)
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteScalar()?.ToString();
        }

        private Training Start()
        {
            long seed = _nextSeed++;
            string optimizer = new[] { "sgd", "adamw", "mvn-grad" }[Random.Next(3)];
            int steps = new[] { 10, 100, 1000 }[Random.Next(3)];
            return Watched(seed, null, NablaProcess.Start(
                _folder.Environment,
                [
                    "train", "text", "--data", _text, "--optimizer", optimizer, "--steps", $"{steps}", "--seed", $"{seed}", "--threads", "1",
                    "--layers", "1", "--heads", "1", "--width", "16", "--context", "16", "--batch", "2", "--checkpoint-every", "20", "--json",
                ]));
        }

        private Training? Resume()
        {
            if (!RunStore.Exists(Home))
            {
                return null;
            }

            using RunStore store = RunStore.Open(Home);
            return store.List(new RunFilter { Ending = StoredRun.Killed }).FirstOrDefault(r => !_resuming.Contains(r.Id)) is not { } run
                || !_resuming.Add(run.Id)
                ? null
                : Watched(run.Seed, run.Id, NablaProcess.Start(_folder.Environment, "resume", run.Id, "--json"));
        }

        // Half of them live as long as they want; a few are killed before they have a run.
        private Training Watched(long seed, string? run, NablaProcess process) => new(seed, run, process)
        {
            Started = TimeProvider.System.GetTimestamp(),
            IsSeen = Random.Next(5) == 0,
            Life = Random.Next(2) == 0 ? null : TimeSpan.FromSeconds(Random.NextDouble() * 4),
        };

        /// <summary>Whether it has a run that goes on; its life counts from when that is seen.</summary>
        private bool IsTraining(Training training)
        {
            if (!training.IsSeen && RunStore.Exists(Home))
            {
                using RunStore store = RunStore.Open(Home);
                training.IsSeen = store.List(new RunFilter { Ending = "none" }).Any(run => run.Seed == training.Seed && run.Steps > 0);
                training.Started = TimeProvider.System.GetTimestamp();
            }

            return training.IsSeen;
        }

        private void Collect(Training training)
        {
            NablaResult result = training.Process.Finish();
            Listen(training.Process);
            bool wasKilled = result.Code is 137 && _killedSeeds.Contains(training.Seed);
            if (result.Code == 0)
            {
                JsonElement document = JsonDocument.Parse(result.Output).RootElement;
                _completed.Add(document.GetProperty("run").GetString()!);
                _resumed += training.Run is null ? 0 : 1;
                Complain(
                    !File.Exists(document.GetProperty("checkpoint").GetString()) && !Directory.Exists(document.GetProperty("checkpoint").GetString()),
                    $"The checkpoint of {document} is missing.");
            }
            else
            {
                Complain(!wasKilled, $"Code {result.Code}: {result.Error}");
            }

            Forget(training);
        }

        private void Kill(Training training)
        {
            training.Process.Kill();
            Killed++;
            _killedSeeds.Add(training.Seed);
        }

        private void Forget(Training training)
        {
            if (training.Run is { } run)
            {
                _resuming.Remove(run);
            }

            training.Process.Dispose();
        }

        private void Listen(NablaProcess process)
        {
            string said = process.ErrorSoFar + process.OutputSoFar;
            foreach (string word in new[] { "locked", "Exception", "   at " })
            {
                Complain(said.Contains(word, StringComparison.Ordinal), said);
            }
        }

        private void Complain(bool isWrong, string complaint)
        {
            if (isWrong)
            {
                Complaints.Add(complaint);
            }
        }

        private sealed record Training(long Seed, string? Run, NablaProcess Process)
        {
            public required long Started { get; set; }

            /// <summary>Whether its life has begun.</summary>
            public required bool IsSeen { get; set; }

            /// <summary>When it is killed; null: never.</summary>
            public required TimeSpan? Life { get; init; }
        }
    }
}
