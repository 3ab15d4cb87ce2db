using System.Text.Json;

namespace Nabla.Experiments;

/// <summary>What a comparison measured once, before its first trial; a resumption takes it as it was.</summary>
internal sealed record ComparisonState
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Time of a run when time is the budget.</summary>
    public TimeSpan? RunTime { get; init; }

    /// <summary>Time of a trial when time is the budget and something is tuned.</summary>
    public TimeSpan? TrialTime { get; init; }

    public required int Evaluations { get; init; }

    public required bool EvaluateAtStart { get; init; }

    public required string ItemName { get; init; }

    public required string DatasetSummary { get; init; }

    public required long ParameterCount { get; init; }

    public required Dictionary<string, double> Baselines { get; init; }

    public static ComparisonState? Read(string? json) => json is null ? null : JsonSerializer.Deserialize<ComparisonState>(json, _json);

    public string ToJson() => JsonSerializer.Serialize(this, _json);
}
