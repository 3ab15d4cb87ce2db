namespace Nabla.Experiments;

/// <summary>The settings of a task, as a user gives them.</summary>
public sealed record TaskSettings
{
    /// <summary>A file or folder of data as a full path; null: the task's default data.</summary>
    public string? Data { get; init; }

    /// <summary>The column to predict (tabular data); null otherwise.</summary>
    public string? Label { get; init; }

    /// <summary>Items in a batch; null: the task's default.</summary>
    public int? Batch { get; init; }

    /// <summary>The folder of the language model to train, as a full path (text); null: a small GPT on bytes.</summary>
    public string? Model { get; init; }

    /// <summary>The adapter beside the model of <see cref="Model"/>; null: all weights are trained.</summary>
    public AdapterSettings? Adapter { get; init; }

    /// <summary>Blocks of the GPT (text); null: the task's default.</summary>
    public int? Layers { get; init; }

    /// <summary>Attention heads of the GPT (text); null: the task's default.</summary>
    public int? Heads { get; init; }

    /// <summary>Width of the model; null: the task's default.</summary>
    public int? Width { get; init; }

    /// <summary>Tokens that the GPT sees at once (text); null: the task's default.</summary>
    public int? Context { get; init; }

    /// <summary>Probability of dropping an activation in training; null: the task's default.</summary>
    public double? Dropout { get; init; }
}
