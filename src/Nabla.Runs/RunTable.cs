using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Nabla.Runs;

/// <summary>Statements over the table of runs; every call belongs into a transaction of the caller.</summary>
internal static class RunTable
{
    private const string Columns =
        "id, verb, task, method, options, settings, seed, versions, device, threads, source_commit, is_clean, started, updated, "
        + "ending, advice, steps, final_loss, validation_loss, seconds, per_second, peak_bytes, comparison, slot";

    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static void Insert(Database database, StoredRun run) => database.Execute(
        $"INSERT INTO runs ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, "
        + "$20, $21, $22, $23, $24)",
        run.Id, run.Verb, run.Task, run.Method, JsonSerializer.Serialize(run.Options), run.Settings, run.Seed,
        JsonSerializer.Serialize(run.Versions), run.Device, run.Threads, run.Commit, run.IsClean, Text(run.Started),
        Text(run.Updated), run.Ending, run.Advice, run.Steps, Finite(run.FinalLoss), Finite(run.ValidationLoss), run.Seconds,
        run.PerSecond, run.PeakBytes, run.Comparison, run.Slot);

    public static StoredRun? Find(Database database, string id) =>
        database.Query($"SELECT {Columns} FROM runs WHERE id = $1", Read, id).FirstOrDefault();

    public static StoredRun? FindSlot(Database database, string comparison, string slot) =>
        database.Query($"SELECT {Columns} FROM runs WHERE comparison = $1 AND slot = $2", Read, comparison, slot).FirstOrDefault();

    public static List<StoredRun> List(Database database, RunFilter filter, RunOrder order, bool descending)
    {
        List<string> conditions = [];
        List<object?> values = [];
        void Where(string condition, object? value)
        {
            if (value is not null)
            {
                values.Add(value);
                conditions.Add(condition.Replace("?", string.Create(CultureInfo.InvariantCulture, $"${values.Count}"), StringComparison.Ordinal));
            }
        }

        Where("verb = ?", filter.Verb);
        Where("task = ?", filter.Task);
        Where("method = ?", filter.Method);
        Where("coalesce(ending, 'none') = ?", filter.Ending);
        Where("comparison = ?", filter.Comparison);
        Where("started >= ?", filter.Since is { } since ? Text(since) : null);
        Where("(instr(lower(id), lower(?)) OR instr(lower(task), lower(?)) OR instr(lower(method), lower(?)))", filter.Text);
        string where = conditions.Count > 0 ? " WHERE " + string.Join(" AND ", conditions) : "";
        string column = order switch
        {
            RunOrder.Started => "started",
            RunOrder.Task => "task",
            RunOrder.Method => "method",
            RunOrder.Ending => "ending",
            RunOrder.Steps => "steps",
            RunOrder.FinalLoss => "final_loss",
            RunOrder.ValidationLoss => "validation_loss",
            RunOrder.Seconds => "seconds",
            RunOrder.PeakBytes => "peak_bytes",
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, "There is no such order of runs."),
        };
        string direction = descending ? " DESC" : "";
        string limit = string.Create(CultureInfo.InvariantCulture, $" LIMIT {filter.Limit ?? -1} OFFSET {filter.Skip}");
        return database.Query(
            $"SELECT {Columns} FROM runs{where} ORDER BY {column} IS NULL, {column}{direction}, id{direction}{limit}",
            Read, [.. values]);
    }

    public static void Finish(Database database, string id, RunOutcome outcome, DateTimeOffset now) => database.Execute(
        """
        UPDATE runs SET ending = $2, advice = $3, steps = coalesce($4, steps), final_loss = coalesce($5, final_loss),
            validation_loss = coalesce($6, validation_loss), seconds = coalesce($7, seconds), per_second = $8,
            peak_bytes = $9, updated = $10
        WHERE id = $1
        """,
        id, outcome.Ending, outcome.Advice, outcome.Steps, Finite(outcome.FinalLoss), Finite(outcome.ValidationLoss),
        outcome.Seconds, outcome.PerSecond, outcome.PeakBytes, Text(now));

    public static double? Finite(double? value) => value is { } v && double.IsFinite(v) ? v : null;

    private static StoredRun Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Verb = row.GetString(1),
        Task = row.GetString(2),
        Method = row.GetString(3),
        Options = Map(row.GetString(4)),
        Settings = row.GetString(5),
        Seed = row.GetInt64(6),
        Versions = Map(row.GetString(7)),
        Device = row.GetString(8),
        Threads = row.GetInt32(9),
        Commit = row.IsDBNull(10) ? null : row.GetString(10),
        IsClean = row.IsDBNull(11) ? null : row.GetInt64(11) != 0,
        Started = Time(row.GetString(12)),
        Updated = Time(row.GetString(13)),
        Ending = row.IsDBNull(14) ? null : row.GetString(14),
        Advice = row.IsDBNull(15) ? null : row.GetString(15),
        Steps = row.GetInt64(16),
        FinalLoss = row.IsDBNull(17) ? null : row.GetDouble(17),
        ValidationLoss = row.IsDBNull(18) ? null : row.GetDouble(18),
        Seconds = row.GetDouble(19),
        PerSecond = row.GetDouble(20),
        PeakBytes = row.GetInt64(21),
        Comparison = row.IsDBNull(22) ? null : row.GetString(22),
        Slot = row.IsDBNull(23) ? null : row.GetString(23),
    };

    private static Dictionary<string, string> Map(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
}
