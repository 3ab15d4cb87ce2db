using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>What a step of unlearning works with.</summary>
/// <param name="Task">The task.</param>
/// <param name="Forget">Numbers of examples to forget.</param>
/// <param name="Retain">Numbers of examples to keep; empty where a method reads none.</param>
/// <param name="Step">The step, from 0.</param>
/// <param name="StepsOfEpoch">Steps of a pass.</param>
/// <param name="TotalSteps">Steps there will be at most.</param>
/// <param name="Random">Draws of this run.</param>
public sealed record UnlearningBatch(
    IUnlearningTask Task,
    IReadOnlyList<int> Forget,
    IReadOnlyList<int> Retain,
    long Step,
    int StepsOfEpoch,
    long TotalSteps,
    RandomStream Random)
{
    /// <summary>The pass that the step belongs to, from 0.</summary>
    public int Epoch => (int)(Step / StepsOfEpoch);

    /// <summary>Whether the pass ends with this step.</summary>
    public bool IsLastOfEpoch => (Step + 1) % StepsOfEpoch == 0;
}
