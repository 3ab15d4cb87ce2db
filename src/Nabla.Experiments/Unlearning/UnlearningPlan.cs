using Nabla.Core;

namespace Nabla.Experiments.Unlearning;

/// <summary>What a user asks for who wants a model to forget.</summary>
public sealed record UnlearningPlan
{
    /// <summary>The folder of the model, or the run of an earlier unlearning whose model is meant.</summary>
    public required string Model { get; init; }

    /// <summary>A file of examples, all to be forgotten, or a request that names examples of a file.</summary>
    public required string Forget { get; init; }

    /// <summary>A file of examples to keep; null: what the request leaves of its file.</summary>
    public string? Retain { get; init; }

    /// <summary>How many examples to keep there must be at least; from 0.</summary>
    public int RetainExamples { get; init; }

    /// <summary>The method, as the catalogue names it.</summary>
    public required string Method { get; init; }

    /// <summary>Options of the method.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>What changes parameters, as the catalogue names it.</summary>
    public string Optimizer { get; init; } = "adamw";

    /// <summary>Options of the optimizer.</summary>
    public IReadOnlyDictionary<string, string> OptimizerOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>The most passes; at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Examples of each set in a step; at least 1.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Whose examples a pass goes over, where the method reads both sets; null for what the method says.</summary>
    public ExampleSet? Leads { get; init; }

    /// <summary>Fixes all draws.</summary>
    public long Seed { get; init; }

    /// <summary>The folder of a model that never saw the examples to forget; null: there is none.</summary>
    public string? Retrained { get; init; }

    /// <summary>Files of further examples that the model should still know.</summary>
    public IReadOnlyList<string> Utility { get; init; } = [];

    /// <summary>Files of questions on knowledge, asked as MUSE does; each gives a metric of the file's name.</summary>
    public IReadOnlyList<string> Knowledge { get; init; } = [];

    /// <summary>Files of answered examples that stand before those questions: none, one for all files, or one for each.</summary>
    public IReadOnlyList<string> Shots { get; init; } = [];

    /// <summary>A file of examples that the model was never trained on; null: no membership attacks.</summary>
    public string? Unseen { get; init; }

    /// <summary>A file of answers of the kind "I do not know", one a line; null: the program's own few.</summary>
    public string? Refusals { get; init; }

    /// <summary>What stands around a question.</summary>
    public string Template { get; init; } = Nabla.Problems.Unlearning.ExampleTokens.DefaultTemplate;

    /// <summary>The most examples of a set that the audit looks at, drawn by the seed; at least 1.</summary>
    public int AuditExamples { get; init; } = 400;

    /// <summary>The most tokens of an answer in the audit; at least 1.</summary>
    public int NewTokens { get; init; } = ModelJudge.DefaultNewTokens;

    /// <summary>Whether the model is judged and a report written.</summary>
    public bool Audit { get; init; }

    /// <summary>The folder for the changed model, the record and the report; null: one in the run's own folder of the store.</summary>
    public string? Out { get; init; }

    /// <summary>The folder of the store; null for the user's.</summary>
    public string? Home { get; init; }

    /// <summary>The command line, for the record.</summary>
    public string Command { get; init; } = "";
}
