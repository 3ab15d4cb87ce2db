namespace Nabla.Runs;

/// <summary>Claims a run or a comparison for this process, until disposed or killed, so that no two train it at once.</summary>
public sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Claims what has a folder.</summary>
    /// <param name="folder">The folder; made when it is missing.</param>
    /// <returns>The claim; dispose it.</returns>
    /// <exception cref="RunStoreException">Another process has it, or the folder cannot be written.</exception>
    public static RunLock Take(string folder)
    {
        string what = Path.GetFileName(folder);
        try
        {
            Directory.CreateDirectory(folder);
            return new RunLock(new FileStream(
                Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"Run {what} cannot be claimed: {e.Message} If another process is training it, wait for that or stop it.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
