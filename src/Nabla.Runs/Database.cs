using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Nabla.Runs;

/// <summary>
/// One connection to the store's file: write-ahead logging, waiting for other processes, and failures said in
/// sentences. Calls from several threads wait for each other.
/// </summary>
internal sealed class Database : IDisposable
{
    private const int Busy = 5;
    private const int Locked = 6;

    /// <summary>How long others may hold the store before that is a failure.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private Database(SqliteConnection connection, string path)
    {
        _connection = connection;
        _path = path;
    }

    /// <summary>Opens the file, or makes it.</summary>
    public static Database Open(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            // A pool would hold the file, and with it a deleted one, beyond the store's life.
            Pooling = false,
            DefaultTimeout = 10,
        }.ToString());
        Database database = new(connection, path);
        try
        {
            database.Patiently(() =>
            {
                if (connection.State != System.Data.ConnectionState.Open)
                {
                    connection.Open();
                }

                // NORMAL: a commit reaches the system, so it survives a kill; a power failure may cost the last seconds.
                database.Execute("PRAGMA busy_timeout = 10000");
                database.Execute("PRAGMA journal_mode = WAL");
                database.Execute("PRAGMA synchronous = NORMAL");
                database.Execute("PRAGMA foreign_keys = ON");
                return 0;
            });
            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Reads in one transaction: everything is of one moment.</summary>
    public T Read<T>(Func<Database, T> work) => Within(work, deferred: true);

    /// <summary>Changes the store in one transaction; all of it happens or nothing.</summary>
    public T Write<T>(Func<Database, T> work) => Within(work, deferred: false);

    /// <summary>Changes the store in one transaction; all of it happens or nothing.</summary>
    public void Write(Action<Database> work) => Write(database =>
    {
        work(database);
        return 0;
    });

    /// <summary>Runs a statement; parameters are <c>$1</c>, <c>$2</c> and so on.</summary>
    /// <returns>The rows that it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        using SqliteCommand command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>All rows of a query, each made by <paramref name="read"/>.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using SqliteCommand command = Command(sql, values);
        using SqliteDataReader reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The first column of the first row as a whole number, or null when there is none.</summary>
    public long? Number(string sql, params ReadOnlySpan<object?> values)
    {
        using SqliteCommand command = Command(sql, values);
        return command.ExecuteScalar() is { } value and not DBNull ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : null;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _connection.Dispose();
        }
    }

    private T Within<T>(Func<Database, T> work, bool deferred)
    {
        lock (_gate)
        {
            return Patiently(() =>
            {
                // A transaction that reads first and writes later can be refused half way; one that will write says so at once.
                Execute(deferred ? "BEGIN" : "BEGIN IMMEDIATE");
                try
                {
                    T result = work(this);
                    Execute("COMMIT");
                    return result;
                }
                catch
                {
                    Undo();
                    throw;
                }
            });
        }
    }

    // On a full disk and some other failures SQLite has undone everything already; what failed first is what counts.
    private void Undo()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
        }
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<object?> values)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue(
                string.Create(CultureInfo.InvariantCulture, $"${i + 1}"),
                values[i] switch { null => DBNull.Value, bool b => b ? 1L : 0L, { } value => value });
        }

        return command;
    }

    private T Patiently<T>(Func<T> work)
    {
        long start = TimeProvider.System.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return work();
            }
            catch (SqliteException e) when (e.SqliteErrorCode is Busy or Locked && TimeProvider.System.GetElapsedTime(start) < _patience)
            {
                Thread.Sleep(Math.Min(10 << Math.Min(attempt, 4), 100));
            }
            catch (SqliteException e)
            {
                throw new RunStoreException(Sentence(e), e);
            }
        }
    }

    private string Sentence(SqliteException e) => e.SqliteErrorCode switch
    {
        Busy or Locked => $"Other processes have been writing to the run store '{_path}' for a minute without a pause. "
            + "Wait for them, or give another folder with NABLA_HOME.",
        11 or 26 => $"The run store '{_path}' is damaged or is no store: {e.Message} "
            + "Move it away, with the files '-wal' and '-shm' beside it; the next command makes a new one.",
        13 => $"The run store '{_path}' cannot grow: the disk is full. Make room and try again.",
        8 or 10 or 14 => $"The run store '{_path}' cannot be written: {e.Message} Set NABLA_HOME to a folder that can be written.",
        _ => $"The run store '{_path}' refused a statement: {e.Message}",
    };
}
