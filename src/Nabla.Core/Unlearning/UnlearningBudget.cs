using Nabla.Engine;

namespace Nabla.Core;

/// <summary>What a method of unlearning may spend.</summary>
public sealed record UnlearningBudget
{
    /// <summary>What changes parameters, where a method trains any.</summary>
    public required MethodOptions Optimizer { get; init; }

    /// <summary>The most passes over the examples that lead the loop, which are those to forget unless a method says otherwise; at least 1.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>
    /// Whose examples a pass goes over, where the method reads both sets; null for what the method says. Over those to keep, with
    /// all of them in a batch, a pass is one step.
    /// </summary>
    public ExampleSet? Leads { get; init; }

    /// <summary>Examples of each set in a step; at least 1.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>How many examples to keep a method must be given at least; 0 for whatever its <see cref="RetainNeed"/> says.</summary>
    public int RetainExamples { get; init; }

    /// <summary>Fixes the order of examples and all draws.</summary>
    public Seed Seed { get; init; }

    /// <summary>Threads and lane of the optimizer; null for the best.</summary>
    public ExecutionOptions? Execution { get; init; }

    /// <summary>Ends the method early; the model stays as it is then.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is not allowed; the message says which and what is.</exception>
    /// <exception cref="OptionException">An option of the optimizer is wrong.</exception>
    public void ThrowIfInvalid()
    {
        AtLeast(nameof(Epochs), Epochs, 1);
        AtLeast(nameof(BatchSize), BatchSize, 1);
        AtLeast(nameof(RetainExamples), RetainExamples, 0);
        Optimizer.ThrowIfInvalid();
    }

    private static void AtLeast(string name, int value, int least)
    {
        if (value < least)
        {
            throw new ArgumentOutOfRangeException(
                name, value, $"{name} was {value}; it must be {least} or above. Set UnlearningBudget.{name}.");
        }
    }
}
