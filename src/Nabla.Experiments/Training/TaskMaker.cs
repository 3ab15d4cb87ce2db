using Nabla.Core;

namespace Nabla.Experiments;

/// <summary>Makes a task from the settings that a run stores.</summary>
internal static class TaskMaker
{
    public static ILearningTask Create(string task, TaskSettings settings, string device, long seed) =>
        throw new NotSupportedException();
}
