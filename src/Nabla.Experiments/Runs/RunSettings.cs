using System.Text.Json;

namespace Nabla.Experiments;

/// <summary>The settings of a training run that <see cref="StoredRun.Settings"/> holds as JSON.</summary>
public sealed record RunSettings
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The settings of the task.</summary>
    public TaskSettings TaskOptions { get; init; } = new();

    /// <summary>The settings of the training loop.</summary>
    public TrainingSettings Training { get; init; } = new();

    /// <summary>Reads the settings of a run.</summary>
    /// <param name="run">A run of <c>train</c>, <c>compare</c> or <c>tune</c>.</param>
    /// <exception cref="RunStoreException">They are not those of a training run.</exception>
    public static RunSettings Of(StoredRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            return JsonSerializer.Deserialize<RunSettings>(run.Settings, _json)
                ?? throw new RunStoreException($"Run {run.Id} has no settings.");
        }
        catch (JsonException e)
        {
            throw new RunStoreException($"The settings of run {run.Id} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The settings as JSON, for the store.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, _json);
}
