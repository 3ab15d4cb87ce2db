using Nabla.Core;

namespace Nabla.Experiments.Unlearning;

/// <summary>What came of a request to forget.</summary>
/// <param name="Run">The run in the store.</param>
/// <param name="Plan">What was asked.</param>
/// <param name="Result">How the method ended.</param>
/// <param name="Needs">What data to keep the method needed.</param>
/// <param name="ForgetExamples">How many examples were to be forgotten.</param>
/// <param name="RetainExamples">How many were to be kept.</param>
/// <param name="Seconds">Seconds of the method alone.</param>
public sealed record UnlearningOutcome(
    string Run, UnlearningPlan Plan, UnlearningResult Result, RetainNeed Needs, int ForgetExamples, int RetainExamples, double Seconds)
{
    /// <summary>What the model was before; null without an audit.</summary>
    public ModelAudit? Before { get; init; }

    /// <summary>What it became; null without an audit.</summary>
    public ModelAudit? After { get; init; }

    /// <summary>What a model is that never saw the examples; null without such a model or an audit.</summary>
    public ModelAudit? Retrained { get; init; }

    /// <summary>The options of the method that it ran with.</summary>
    public required IReadOnlyDictionary<string, object> Options { get; init; }

    /// <summary>The options of the optimizer.</summary>
    public required IReadOnlyDictionary<string, object> OptimizerOptions { get; init; }

    /// <summary>Peak resident memory of the process, in bytes.</summary>
    public long PeakBytes { get; init; }

    /// <summary>Numbers that the method trained.</summary>
    public long TrainedNumbers { get; init; }

    /// <summary>Checksums of the original model's files, before and after: they are the same.</summary>
    public required IReadOnlyDictionary<string, string> Original { get; init; }

    /// <summary>Checksums of what was written; empty where the method ended badly and nothing was.</summary>
    public IReadOnlyDictionary<string, string> Written { get; init; } = new Dictionary<string, string>();

    /// <summary>Checksums of the files of data that were read, by path.</summary>
    public required IReadOnlyDictionary<string, string> Data { get; init; }

    /// <summary>The folder of the changed model; null where none was written.</summary>
    public string? ModelFolder { get; init; }

    /// <summary>What was not measured, a sentence each.</summary>
    public IReadOnlyList<string> NotMeasured { get; init; } = [];

    /// <summary>The report, or without an audit the record.</summary>
    public required string Report { get; init; }
}
