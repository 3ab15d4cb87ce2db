using System.CommandLine;
using Nabla.Experiments;

namespace Nabla.Cli;

/// <summary>The options for the size of the model that a task trains.</summary>
internal sealed class ModelArguments
{
    private readonly Option<int?> layers = Size("--layers", "Blocks of the GPT (text). Default: 4.", 1000);
    private readonly Option<int?> heads = Size("--heads", "Attention heads of the GPT (text). Default: 4.", 1000);
    private readonly Option<int?> width = Size("--width", "Width of the model. Default: 128 for text.", 1 << 16);
    private readonly Option<int?> context = Size("--context", "Bytes, or tokens of a model from a folder, that are seen at once (text). Default: 128.", 1 << 16);
    private readonly Option<double?> dropout = TaskArguments.Checked<double?>(
        "--dropout", "P", "Probability of dropping an activation in training. Default: 0.", p => p is >= 0 and < 1, "from 0 to below 1");

    /// <summary>Adds every option to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Add(layers);
        command.Add(heads);
        command.Add(width);
        command.Add(context);
        command.Add(dropout);
    }

    /// <summary>The settings of the task that the command line gives.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="task">The options of the task.</param>
    /// <returns>The settings, with the path of the data made full.</returns>
    public TaskSettings Settings(ParseResult parsed, TaskArguments task) => new()
    {
        Data = TaskArguments.FullPath(parsed.GetValue(task.Data)),
        Label = parsed.GetValue(task.Label),
        Batch = parsed.GetValue(task.Batch),
        Layers = parsed.GetValue(layers),
        Heads = parsed.GetValue(heads),
        Width = parsed.GetValue(width),
        Context = parsed.GetValue(context),
        Dropout = parsed.GetValue(dropout),
    };

    /// <summary>The first option of these that has no effect beside a model from a folder, or null.</summary>
    /// <param name="parsed">The command line.</param>
    public string? Idle(ParseResult parsed) =>
        new Option[] { layers, heads, width, dropout }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    private static Option<int?> Size(string name, string description, int most) =>
        TaskArguments.Checked<int?>(name, "N", description, n => n >= 1 && n <= most, $"between 1 and {most}");
}
