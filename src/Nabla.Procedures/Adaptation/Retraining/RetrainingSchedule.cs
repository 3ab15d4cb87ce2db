namespace Nabla.Procedures.Adaptation;

/// <summary>In which order the tasks move the shared weights in one round.</summary>
public enum RetrainingSchedule
{
    /// <summary>Task after task: one batch, one step of everything that it reaches.</summary>
    Interleaved,

    /// <summary>One batch of every task, the gradients added, one step.</summary>
    Summed,

    /// <summary>First some steps of every task's adapter with the shared weights at rest, then one step of these by the added gradients.</summary>
    Nested,
}
