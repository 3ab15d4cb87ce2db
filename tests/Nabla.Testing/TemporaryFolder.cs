namespace Nabla.Testing;

/// <summary>A folder that is gone after the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The full path; the folder is there and empty.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("nabla-test-").FullName;

    /// <summary>Deletes the folder with all that is in it.</summary>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
