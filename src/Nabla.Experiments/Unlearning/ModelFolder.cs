using System.Security.Cryptography;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Problems.Tokens;
using Nabla.Procedures.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>A language model and its folder, which nothing here writes to.</summary>
public sealed class ModelFolder : IDisposable
{
    private readonly LanguageFolder _source;

    private ModelFolder(string path, LanguageFolder source) => (Path, _source) = (path, source);

    /// <summary>The folder, in full.</summary>
    public string Path { get; }

    /// <summary>The model, in memory of its own.</summary>
    public PretrainedModel Model => _source.Model;

    /// <summary>Its tokenizer.</summary>
    public ByteLevelTokenizer Tokenizer => _source.Tokenizer;

    /// <summary>Reads a model.</summary>
    /// <param name="path">A folder with config.json, tokenizer.json and weights.</param>
    /// <exception cref="DataException">The folder is missing or holds no model that can be read.</exception>
    public static ModelFolder Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (SavedScorers.Describe(path) is { } beside)
        {
            throw new DataException(
                $"'{path}' holds a model behind {beside}, whose own weights forgot nothing. Give the folder of the original, and name all that is to be forgotten.");
        }

        return new ModelFolder(System.IO.Path.GetFullPath(path), LanguageFolder.Load(path));
    }

    /// <summary>SHA-256 of each file of a model's folder, in hexadecimal digits, by name.</summary>
    /// <param name="path">The folder.</param>
    public static IReadOnlyDictionary<string, string> Checksums(string path)
    {
        SortedDictionary<string, string> sums = new(StringComparer.Ordinal);
        string assistant = System.IO.Path.Combine(path, UldFiles.FolderName);
        IEnumerable<string> beside = UldFiles.Exist(path) ? Directory.EnumerateFiles(assistant) : [];
        foreach (string file in Directory.EnumerateFiles(path).Concat(beside))
        {
            string name = System.IO.Path.GetRelativePath(path, file);
            // Reports of an earlier run in the folder are no part of the model.
            if (name is not (AuditReport.Page or AuditReport.Record))
            {
                using FileStream stream = File.OpenRead(file);
                sums[name] = Convert.ToHexStringLower(SHA256.HashData(stream));
            }
        }

        return sums;
    }

    /// <summary>SHA-256 of a file.</summary>
    /// <param name="file">The file.</param>
    public static string Checksum(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Writes the model as it is in memory, and copies what belongs beside it.</summary>
    /// <param name="folder">The folder; never the one the model came from.</param>
    /// <exception cref="DataException">It is the folder that the model came from.</exception>
    public void SaveTo(string folder)
    {
        RefuseOriginal(folder);
        // What an earlier run left belongs to other weights.
        SavedScorers.Delete(folder);
        _source.Save(folder);
    }

    /// <summary>Throws where a folder is the one that the model came from.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DataException">It is the original's.</exception>
    public void RefuseOriginal(string folder) => RefuseOriginal(Path, folder);

    /// <summary>Throws where a folder is the original's.</summary>
    /// <param name="original">The folder of the original.</param>
    /// <param name="folder">The folder to write to.</param>
    /// <exception cref="DataException">Both are the same.</exception>
    public static void RefuseOriginal(string original, string folder)
    {
        if (Resolved(original) == Resolved(folder))
        {
            throw new DataException($"'{folder}' holds the original model, which is never written to. Name another folder for the changed model.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private static string Resolved(string folder)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        return Directory.Exists(full) ? new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full : full;
    }
}
