using System.Security.Cryptography;
using System.Text;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Problems.Tokens;

namespace Nabla.Experiments.Unlearning;

/// <summary>A model with its tokenizer, read from a folder that nothing here writes to.</summary>
public sealed class ModelFolder : IDisposable
{
    // What stands beside the weights and belongs to the model.
    private static readonly string[] _companions =
        ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "generation_config.json", "vocab.json", "merges.txt"];

    private ModelFolder(string path, PretrainedModel model, ByteLevelTokenizer tokenizer) =>
        (Path, Model, Tokenizer) = (path, model, tokenizer);

    /// <summary>The folder, in full.</summary>
    public string Path { get; }

    /// <summary>The model, in memory of its own.</summary>
    public PretrainedModel Model { get; }

    /// <summary>Its tokenizer.</summary>
    public ByteLevelTokenizer Tokenizer { get; }

    /// <summary>Reads a model.</summary>
    /// <param name="path">A folder with config.json, tokenizer.json and weights.</param>
    /// <exception cref="DataException">The folder is missing or holds no model that can be read.</exception>
    public static ModelFolder Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        PretrainedModel model = PretrainedModel.Load(path);
        try
        {
            ByteLevelTokenizer tokenizer = ByteLevelTokenizer.Load(path);
            return tokenizer.VocabularySize <= model.Language.Vocabulary
                ? new ModelFolder(System.IO.Path.GetFullPath(path), model, tokenizer)
                : throw new DataException(
                    $"The tokenizer of '{path}' has tokens up to {tokenizer.VocabularySize - 1}, the model knows {model.Language.Vocabulary}. They do not belong together.");
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>SHA-256 of each file of a model's folder, in hexadecimal digits, by name.</summary>
    /// <param name="path">The folder.</param>
    public static IReadOnlyDictionary<string, string> Checksums(string path)
    {
        SortedDictionary<string, string> sums = new(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(path))
        {
            string name = System.IO.Path.GetFileName(file);
            if (name == "config.json" || name.EndsWith(".safetensors", StringComparison.Ordinal)
                || name.EndsWith(".safetensors.index.json", StringComparison.Ordinal) || _companions.Contains(name))
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

    /// <summary>SHA-256 over the names and bits of all weights in memory.</summary>
    /// <param name="module">The model.</param>
    public static string WeightsChecksum(Core.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Core.Parameter parameter in module.Parameters)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(parameter.Name + "\0"));
            using Tensor whole = parameter.Value.Detach().To(Device.Cpu, DType.Float32).Contiguous();
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(whole.AsSpan<float>()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes the model as it is in memory, and copies what belongs beside it.</summary>
    /// <param name="folder">The folder; never the one the model came from.</param>
    /// <exception cref="DataException">It is the folder that the model came from.</exception>
    public void SaveTo(string folder)
    {
        RefuseOriginal(folder);
        Model.Save(folder);
        foreach (string name in _companions)
        {
            string from = System.IO.Path.Combine(Path, name);
            if (File.Exists(from))
            {
                File.Copy(from, System.IO.Path.Combine(folder, name), overwrite: true);
            }
        }
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
    public void Dispose() => Model.Dispose();

    private static string Resolved(string folder)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        return Directory.Exists(full) ? new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full : full;
    }
}
