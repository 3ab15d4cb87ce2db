namespace Nabla.Core;

/// <summary>What stands around a model and can be written beside it; disposing it leaves the model.</summary>
public interface ISavedScorer : ISequenceScorer, IDisposable
{
    /// <summary>Writes what the scorer adds to its model into the model's folder.</summary>
    /// <param name="folder">The folder of the model; it exists.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    void Save(string folder);
}
