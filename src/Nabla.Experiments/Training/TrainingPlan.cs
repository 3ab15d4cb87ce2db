namespace Nabla.Experiments;

/// <summary>Everything that <c>nabla train</c> needs: task, method, loop, seed.</summary>
public sealed record TrainingPlan
{
    /// <summary>The task's name: <c>text</c>, <c>images</c>, <c>tabular</c> or <c>function:NAME</c>.</summary>
    public required string Task { get; init; }

    /// <summary>The task's settings.</summary>
    public TaskSettings TaskOptions { get; init; } = new();

    /// <summary>The catalogue name of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Options of the method by name (camelCase), as text in invariant culture.</summary>
    public IReadOnlyDictionary<string, string> MethodOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>The training loop.</summary>
    public TrainingSettings Training { get; init; } = new();

    /// <summary>Fixes everything. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>Threads of libtorch; 0: what is set. Default: 0.</summary>
    public int Threads { get; init; }

    /// <summary>The device: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default: <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Folder of the run store; null: <see cref="RunStore.DefaultHome"/>.</summary>
    public string? Home { get; init; }
}
