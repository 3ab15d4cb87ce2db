using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>What score forgetting distillation may spend.</summary>
public sealed record ScoreForgettingBudget
{
    /// <summary>What changes the generator.</summary>
    public required MethodOptions Optimizer { get; init; }

    /// <summary>What changes the fake score; null for the same as the generator.</summary>
    public MethodOptions? FakeOptimizer { get; init; }

    /// <summary>Rounds, each with a step of the fake score and one of the generator; at least 1.</summary>
    public int Steps { get; init; } = 50_000;

    /// <summary>Samples of kept classes, and as many of the class to forget, in a step; at least 1.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Fixes all draws.</summary>
    public Seed Seed { get; init; }

    /// <summary>Threads and lane of the optimizers; null for the best.</summary>
    public ExecutionOptions? Execution { get; init; }

    /// <summary>Ends the run early; the networks stay as they are then.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Steps or the batch size is below 1.</exception>
    /// <exception cref="OptionException">An option of an optimizer is wrong.</exception>
    public void ThrowIfInvalid()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        Optimizer.ThrowIfInvalid();
        FakeOptimizer?.ThrowIfInvalid();
    }
}
