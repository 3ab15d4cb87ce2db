using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.Models;

/// <summary>The weights of a model's folder, tensor by tensor, whatever its architecture.</summary>
public sealed class WeightFolder : IDisposable
{
    private readonly ModelShards _shards;

    private WeightFolder(ModelShards shards) => _shards = shards;

    /// <summary>The folder, as it was given.</summary>
    public string Folder => _shards.Folder;

    /// <summary>What the headers say of each tensor, by name.</summary>
    public IReadOnlyDictionary<string, SafeTensorsEntry> Entries =>
        _shards.Tensors.ToDictionary(t => t.Key, t => t.Value.Entry, StringComparer.Ordinal);

    /// <summary>Opens the weight files of a folder and checks their headers.</summary>
    /// <param name="folder">Holds model.safetensors, or several such files with an index.</param>
    /// <returns>The open folder; dispose it.</returns>
    /// <exception cref="DataException">The folder or a file is missing, or the index and the files disagree.</exception>
    /// <exception cref="SafeTensorsException">A file is damaged.</exception>
    public static WeightFolder Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Directory.Exists(folder)
            ? new WeightFolder(ModelShards.Open(folder))
            : throw new DataException($"There is no folder '{folder}'. Give the folder of a model.");
    }

    /// <summary>Gives a tensor, where it can be on the bytes of its file (<see cref="SafeTensorsFile.Map"/>).</summary>
    /// <param name="name">One of <see cref="Entries"/>.</param>
    /// <returns>A tensor of the type and shape of the file; the caller or the innermost scope owns it.</returns>
    /// <exception cref="KeyNotFoundException">There is no such tensor.</exception>
    /// <exception cref="SafeTensorsException">The file has become shorter since it was opened.</exception>
    public Tensor Load(string name) => _shards.Tensors[name].File.Map(name);

    /// <summary>Writes a folder of the same files with other weights, config.json last; the tokenizer's files are copied.</summary>
    /// <param name="folder">Made if missing; files of these names in it are replaced.</param>
    /// <param name="make">Gives the tensor of a name, of the type and shape it has here. It is called once a name, file by file.</param>
    /// <exception cref="DataException">It is this folder.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void WriteCopy(string folder, Func<string, Tensor> make)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(make);
        if (Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) == Path.GetFullPath(Folder).TrimEnd(Path.DirectorySeparatorChar))
        {
            throw new DataException($"'{folder}' is the folder of a model that is read. Write to another.");
        }

        Directory.CreateDirectory(folder);
        foreach (var file in _shards.Tensors.Values.Select(t => t.File).Distinct())
        {
            using var scope = new TensorScope();
            SafeTensors.Write(
                Path.Combine(folder, Path.GetFileName(file.Path)),
                [.. file.Names.Select(name => (name, make(name)))],
                new Dictionary<string, string>(file.Metadata));
        }

        // An index left from an earlier model would be read in place of the single file.
        File.Delete(Path.Combine(folder, ModelShards.IndexFile));
        foreach (var name in (string[])[ModelShards.IndexFile, .. LanguageFolder.Companions, PretrainedModel.ConfigurationFile])
        {
            if (File.Exists(Path.Combine(Folder, name)))
            {
                File.Copy(Path.Combine(Folder, name), Path.Combine(folder, name), overwrite: true);
            }
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _shards.Dispose();
}
