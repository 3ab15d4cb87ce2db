using System.Reflection;
using Microsoft.Data.Sqlite;
using Nabla.Testing;
using SQLitePCL;

namespace Nabla.Runs.Tests;

/// <summary>Transactions that SQLite undoes on its own when they end, as it does where the disk is full.</summary>
public sealed class UndoneTransactionTests
{
    private static readonly StoredRun _run = new() { Verb = "train", Task = "text", Method = "adamw" };

    [Fact]
    public void Write_UndoneAtItsEnd_TellsTheFirstFailureAndGoesOnLater()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path);
        store.StartRun(_run).Dispose();
        sqlite3 handle = Connection(store).Handle!;
        raw.sqlite3_commit_hook(handle, _ => 1, null);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            RunStoreException refused = Assert.Throws<RunStoreException>(() => store.StartRun(_run).Dispose());
            Assert.Contains("constraint failed", refused.Message, StringComparison.Ordinal);
        }

        raw.sqlite3_commit_hook(handle, null, null);
        using RunWriter later = store.StartRun(_run);
        Assert.Contains(store.List(), row => row.Id == later.Run);
        Assert.Equal(2, store.List().Count);
    }

    [Fact]
    public void Write_NoRoom_SaysSo()
    {
        using TemporaryFolder home = new();
        using RunStore store = RunStore.Open(home.Path);
        using (SqliteCommand command = Connection(store).CreateCommand())
        {
            // SQLite raises a limit below the present size to that size.
            command.CommandText = "PRAGMA max_page_count = 1";
            command.ExecuteNonQuery();
        }

        RunStoreException full = Assert.Throws<RunStoreException>(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                store.StartRun(_run with { Task = new string('x', 2000) }).Dispose();
            }
        });
        Assert.Contains("cannot grow: the disk is full. Make room and try again.", full.Message, StringComparison.Ordinal);
    }

    private static SqliteConnection Connection(RunStore store)
    {
        object database = typeof(RunStore).GetField("_database", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(store)!;
        return (SqliteConnection)database.GetType().GetField("_connection", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(database)!;
    }
}
