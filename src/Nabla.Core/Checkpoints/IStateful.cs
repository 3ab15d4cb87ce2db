namespace Nabla.Core;

/// <summary>A part of a run that can be written to a checkpoint and read back into a new object.</summary>
public interface IStateful
{
    /// <summary>Writes everything the next step depends on.</summary>
    void Save(StateWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote; the next step is then equal to the bit.</summary>
    /// <exception cref="CheckpointException">Something is missing or has another shape.</exception>
    void Load(StateReader reader);
}
