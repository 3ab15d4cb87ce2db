using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>What methods at inference leave beside a model: a T3 head or an assistant.</summary>
public static class SavedScorers
{
    /// <summary>What stands beside the model of a folder, in words; null where nothing does.</summary>
    /// <param name="folder">The folder of the model.</param>
    public static string? Describe(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return File.Exists(Path.Combine(folder, T3Files.FileName)) ? $"a T3 head ('{T3Files.FileName}')"
            : UldFiles.Exist(folder) ? $"an assistant ('{UldFiles.FolderName}')" : null;
    }

    /// <summary>Reads it.</summary>
    /// <param name="folder">The folder of the model.</param>
    /// <param name="model">The model, owned by the caller.</param>
    /// <returns>What takes the model's place, disposed by the caller; null where nothing stands beside it.</returns>
    /// <exception cref="FormatException">It is damaged, or belongs to another model.</exception>
    public static ISavedScorer? Load(string folder, Module model)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(model);
        var head = Path.Combine(folder, T3Files.FileName);
        return File.Exists(head) ? T3Files.Load(head, model) : UldFiles.Exist(folder) ? UldFiles.Load(folder, model) : null;
    }

    /// <summary>Takes away what an earlier run left beside a model.</summary>
    /// <param name="folder">The folder of the model.</param>
    public static void Delete(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        File.Delete(Path.Combine(folder, T3Files.FileName));
        if (UldFiles.Exist(folder))
        {
            Directory.Delete(Path.Combine(folder, UldFiles.FolderName), recursive: true);
        }
    }
}
