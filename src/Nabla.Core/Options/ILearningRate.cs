namespace Nabla.Core;

/// <summary>Options with a step size that schedules and readings may look at.</summary>
public interface ILearningRate
{
    /// <summary>The step size.</summary>
    double LearningRate { get; init; }
}
