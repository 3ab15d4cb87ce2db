using Nabla.Core;

namespace Nabla.Experiments;

/// <summary>Everything that <c>nabla compare</c> needs.</summary>
public sealed record ComparisonPlan
{
    /// <summary>The task's name: <c>text</c>, <c>images</c>, <c>tabular</c> or <c>function:NAME</c>.</summary>
    public required string Task { get; init; }

    /// <summary>The task's settings.</summary>
    public TaskSettings TaskOptions { get; init; } = new();

    /// <summary>The methods, each once. Range: one or more.</summary>
    public required IReadOnlyList<ComparedMethod> Methods { get; init; }

    /// <summary>Parameter updates for every method and seed. Null: limited by <see cref="TotalTime"/>.</summary>
    public long? Steps { get; init; }

    /// <summary>Time for the whole comparison, set-up and tuning included, shared equally. Null: limited by <see cref="Steps"/>.</summary>
    public TimeSpan? TotalTime { get; init; }

    /// <summary>Seeds for every method. Range: 1 or more. Default: 1.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>What is tuned first. Default: nothing.</summary>
    public Tuning Tune { get; init; } = Tuning.None;

    /// <summary>Trials of tuning for every method. Range: 2 or more. Default: 5.</summary>
    public int TuneTrials { get; init; } = 5;

    /// <summary>Fixes everything; the runs' seeds are derived from it. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>Threads of libtorch; 0: what is set. Default: 0.</summary>
    public int Threads { get; init; }

    /// <summary>The device: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default: <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Gradients are scaled down to this norm. Null: no clipping.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Which parameters weight decay acts on. Default: all but vectors and scalars.</summary>
    public WeightDecayScope WeightDecay { get; init; }

    /// <summary>Batches summed into one update. Range: 1 or more. Default: 1.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Evaluations in a run besides the start; the last is at the end. Range: 1 or more. Default: 10.</summary>
    public int Evaluations { get; init; } = 10;

    /// <summary>Folder of the run store; null: <see cref="RunFolder.DefaultHome"/>.</summary>
    public string? Home { get; init; }

    /// <summary>Folder for the report; null: <c>reports</c> in the run store.</summary>
    public string? ReportFolder { get; init; }

    /// <summary>The command that repeats the comparison, printed in the report; null: none is printed.</summary>
    public string? Command { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Checks every range and every combination.</summary>
    /// <exception cref="ArgumentException">A value is outside its range, a method is named twice, or there is no budget.</exception>
    public void ThrowIfInvalid()
    {
        if (Methods.Count == 0)
        {
            throw new ArgumentException("There is nothing to compare: name one method or more.", nameof(Methods));
        }

        string[] twice = [.. Methods.GroupBy(m => m.Name).Where(g => g.Count() > 1).Select(g => $"'{g.Key}'")];
        if (twice.Length > 0)
        {
            throw new ArgumentException($"Named more than once: {string.Join(", ", twice)}. Name each method once.", nameof(Methods));
        }

        if (Steps is null == TotalTime is null)
        {
            throw new ArgumentException(
                "A comparison needs one budget: either ComparisonPlan.Steps or ComparisonPlan.TotalTime.", nameof(Steps));
        }

        Require(Steps is null or >= 1, nameof(Steps), Steps, "1 or more");
        Require(TotalTime is null || TotalTime > TimeSpan.Zero, nameof(TotalTime), TotalTime, "above zero");
        Require(Seeds is >= 1 and <= 1000, nameof(Seeds), Seeds, "from 1 to 1000");
        Require(TuneTrials is >= 2 and <= 1000, nameof(TuneTrials), TuneTrials, "from 2 to 1000");
        Require(Threads >= 0, nameof(Threads), Threads, "0 or more");
        Require(ClipNorm is null || (ClipNorm > 0 && double.IsFinite(ClipNorm.Value)), nameof(ClipNorm), ClipNorm, "above 0 and finite");
        Require(AccumulationSteps >= 1, nameof(AccumulationSteps), AccumulationSteps, "1 or more");
        Require(Evaluations is >= 1 and <= 100_000, nameof(Evaluations), Evaluations, "from 1 to 100000");
    }

    private static void Require(bool holds, string name, object? value, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(
                name, value, FormattableString.Invariant($"{name} was {value}; it must be {range}."));
        }
    }
}
