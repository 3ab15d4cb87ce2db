namespace Nabla.Core;

/// <summary>A task whose trained model can be written as a folder that other programs read.</summary>
public interface IModelTask : ILearningTask
{
    /// <summary>What the folder holds, and what it is called among the files of a run: <c>model</c> or <c>adapter</c>.</summary>
    string ModelKind { get; }

    /// <summary>Writes the model as it is now.</summary>
    /// <param name="folder">Made if missing; files of the same names in it are replaced.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    void SaveModel(string folder);
}
