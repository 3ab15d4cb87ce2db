using System.Text;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Tokens;

namespace Nabla.Problems.Models;

/// <summary>A language model with its tokenizer, read from one folder.</summary>
public sealed class LanguageFolder : IDisposable
{
    // Kept small, so that the words of a long text are never all in memory beside it.
    private const int PieceBytes = 1 << 20;

    internal static readonly string[] Companions =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
        "generation_config.json",
    ];

    private LanguageFolder(string folder, PretrainedModel model, ByteLevelTokenizer tokenizer) =>
        (Folder, Model, Tokenizer) = (folder, model, tokenizer);

    /// <summary>The folder, as it was given.</summary>
    public string Folder { get; }

    /// <summary>The model; owned by this object.</summary>
    public PretrainedModel Model { get; }

    /// <summary>The tokenizer.</summary>
    public ByteLevelTokenizer Tokenizer { get; }

    /// <summary>Reads both.</summary>
    /// <param name="folder">Holds config.json, tokenizer.json and the weights.</param>
    /// <param name="type">The type of the weights here: float32, float64 or bfloat16.</param>
    /// <param name="device">Where the model lives; null for the CPU.</param>
    /// <returns>The pair; the caller disposes it.</returns>
    /// <exception cref="DataException">A file is missing or not understood, or the two do not belong together.</exception>
    /// <exception cref="SafeTensorsException">A weight file is damaged.</exception>
    public static LanguageFolder Load(string folder, DType type = DType.Float32, Device? device = null)
    {
        var model = PretrainedModel.Load(folder, type, device);
        try
        {
            var tokenizer = ByteLevelTokenizer.Load(folder);
            if (tokenizer.VocabularySize > model.Language.Vocabulary)
            {
                throw new DataException(
                    $"The tokenizer of '{folder}' has tokens up to {tokenizer.VocabularySize - 1}, the model knows {model.Language.Vocabulary}. "
                    + "They do not belong together.");
            }

            return new(folder, model, tokenizer);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes the model as it is now, and copies the tokenizer's files beside it.</summary>
    /// <param name="folder">Made if missing; another folder than the one that was read.</param>
    /// <exception cref="DataException">It is the folder that was read.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        RefuseOwn(folder);
        Model.Save(folder);
        foreach (var name in Companions.Where(name => File.Exists(Path.Combine(Folder, name))))
        {
            File.Copy(Path.Combine(Folder, name), Path.Combine(folder, name), overwrite: true);
        }
    }

    /// <summary>Throws where a folder is the one that was read.</summary>
    /// <param name="folder">A folder to write to.</param>
    /// <exception cref="DataException">It is.</exception>
    public void RefuseOwn(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) == Path.GetFullPath(Folder).TrimEnd(Path.DirectorySeparatorChar))
        {
            throw new DataException($"'{folder}' is the folder of the model itself. Write to another, so that the model stays as it was.");
        }
    }

    /// <summary>Makes tokens of a text, without the special ones that stand around a text.</summary>
    /// <param name="text">UTF-8; bytes that are no whole character become U+FFFD.</param>
    /// <returns>The tokens. The text is cut into pieces of about a MiB behind line breaks first.</returns>
    /// <exception cref="DataException">The tokenizer's pattern takes too long on the text.</exception>
    public int[] Encode(ReadOnlySpan<byte> text)
    {
        List<int> tokens = [];
        while (!text.IsEmpty)
        {
            var count = text.Length;
            if (count > PieceBytes)
            {
                var line = text[..PieceBytes].LastIndexOf((byte)'\n');
                count = line >= 0 ? line + 1 : text.IndexOf((byte)'\n') is >= 0 and var far ? far + 1 : count;
            }

            tokens.AddRange(Tokenizer.Encode(Encoding.UTF8.GetString(text[..count]), withSpecialTokens: false));
            text = text[count..];
        }

        return [.. tokens];
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();
}
