using System.Text.Json.Serialization;

namespace Nabla.Experiments;

/// <summary>
/// What <c>run.json</c> holds: every setting that made the run, written before the first step, and its outcome,
/// written at the end. A run without an ending is still going on or was killed.
/// </summary>
public sealed record RunRecord
{
    /// <summary>Version of this file's layout.</summary>
    public int Format { get; init; } = 1;

    /// <summary>The run's id; set by <see cref="RunFolder.Create"/>.</summary>
    public string Run { get; init; } = "";

    /// <summary>What started it: <c>train</c> or <c>compare</c>.</summary>
    public required string Verb { get; init; }

    /// <summary>The task's name, for example <c>text</c>.</summary>
    public required string Task { get; init; }

    /// <summary>The settings of the task.</summary>
    public TaskSettings TaskOptions { get; init; } = new();

    /// <summary>The catalogue name of the method.</summary>
    public required string Method { get; init; }

    /// <summary>The options given to the method; those not named have their defaults.</summary>
    public IReadOnlyDictionary<string, string> MethodOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>The settings of the training loop.</summary>
    public TrainingSettings Training { get; init; } = new();

    /// <summary>The seed that everything else is derived from.</summary>
    public long Seed { get; init; }

    /// <summary>Versions of what took part: <c>nabla</c>, <c>libtorch</c>, <c>dotnet</c>.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>The device, for example <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of libtorch.</summary>
    public int Threads { get; init; }

    /// <summary>The commit of the source tree, or <c>unknown</c>.</summary>
    public string Commit { get; init; } = "unknown";

    /// <summary>When it started, in universal time; set by <see cref="RunFolder.Create"/>.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>Why it ended, in lower case with hyphens (<c>completed</c>, <c>non-finite</c>); null while it runs or after a kill.</summary>
    public string? Ending { get; init; }

    /// <summary>The sentence that came with the ending.</summary>
    public string? Advice { get; init; }

    /// <summary>Parameter updates done.</summary>
    public long Steps { get; init; }

    /// <summary>Training loss of the last step; null when there is none or it is not finite.</summary>
    [JsonPropertyName("final_loss")]
    public double? FinalLoss { get; init; }

    /// <summary>Loss of the last evaluation; null when there is none or it is not finite.</summary>
    [JsonPropertyName("validation_loss")]
    public double? ValidationLoss { get; init; }

    /// <summary>Training time: steps, evaluations and checkpoints.</summary>
    public double Seconds { get; init; }

    /// <summary>Items a second of the time spent in steps.</summary>
    [JsonPropertyName("per_second")]
    public double PerSecond { get; init; }

    /// <summary>Peak resident memory of the process during the run.</summary>
    [JsonPropertyName("peak_bytes")]
    public long PeakBytes { get; init; }
}
