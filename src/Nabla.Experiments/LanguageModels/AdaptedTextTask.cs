using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;
using Nabla.Procedures.Adaptation;

namespace Nabla.Experiments;

/// <summary>A low-rank adapter beside a language model from a folder learns from a text; the model's weights stay as they are.</summary>
public sealed class AdaptedTextTask : FolderTextTask
{
    private const string ChecksumName = "base.checksum";

    private readonly AdaptedModel _model;
    private readonly string _checksum;

    /// <summary>Takes over a model, puts an adapter beside it, and reads the text.</summary>
    /// <param name="options">The user's choices; the sizes of the model come from its folder.</param>
    /// <param name="source">The model and its tokenizer; disposed with the task, and at once where the task cannot be made.</param>
    /// <param name="adapter">The adapter.</param>
    /// <exception cref="DataException">The text cannot be used, a choice is out of range, or the model has no such layers.</exception>
    /// <exception cref="OptionException">An option of the adapter is not allowed.</exception>
    public AdaptedTextTask(TaskOptions options, LanguageFolder source, AdapterSettings adapter)
        : base(options, source)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        try
        {
            _checksum = WeightChecksum.Of(source.Model.Module);
            _model = new AdaptedModel(source.Model.Module, adapter.Make(source.Model, Seed.From(options.Seed)));
        }
        catch (ArgumentException problem) when (problem is not OptionException)
        {
            source.Dispose();
            throw new DataException(problem.Message, problem);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The adapter as what is trained: its factors are the parameters.</summary>
    public override Module Model => _model;

    /// <inheritdoc/>
    public override string ModelKind => "adapter";

    /// <summary>The adapter.</summary>
    public LoraAdapter Adapter => _model.Adapter;

    /// <summary>Writes the adapter in PEFT's layout.</summary>
    /// <param name="folder">Made if missing; files of the same names in it are replaced.</param>
    /// <exception cref="InvalidOperationException">The base was changed during training; such an adapter fits no model.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public override void SaveModel(string folder)
    {
        if (WeightChecksum.Of(Source.Model.Module) != _checksum)
        {
            throw new InvalidOperationException(
                $"The weights of the base changed in memory while its adapter was trained; the adapter would not fit '{Source.Folder}' and is not written.");
        }

        AdapterFiles.Save(folder, Adapter, Path.GetFullPath(Source.Folder));
    }

    /// <inheritdoc/>
    protected override void SavePosition(StateWriter writer)
    {
        base.SavePosition(writer);
        writer.Text(ChecksumName, _checksum);
    }

    /// <inheritdoc/>
    protected override void LoadPosition(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (reader.Text(ChecksumName) != _checksum)
        {
            throw new CheckpointException(
                $"The weights in '{Source.Folder}' are not those that the run began with; its adapter does not fit them. Put the model back, or begin anew.");
        }

        base.LoadPosition(reader);
    }
}
