namespace Nabla.Cli.Tests;

/// <summary>A folder that goes when the test ends, and an environment whose store is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("nabla-cli-").FullName;

    public string Path { get; }

    public Dictionary<string, string?> Environment => new() { ["NABLA_HOME"] = System.IO.Path.Combine(Path, "home") };

    public string File(string name, string contents)
    {
        string path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllText(path, contents);
        return path;
    }

    public string File(string name, byte[] contents)
    {
        string path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllBytes(path, contents);
        return path;
    }

    public string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    /// <summary>A file of text that is long enough to train on.</summary>
    public string Text()
    {
        Random random = new(7);
        string[] words = ["tensor", "gradient", "step", "loss", "moves", "the", "a", "of", "against", "parameter", "slowly"];
        return File("text.txt", string.Join(' ', Enumerable.Range(0, 6000).Select(_ => words[random.Next(words.Length)])));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
