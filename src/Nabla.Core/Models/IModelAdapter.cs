namespace Nabla.Core;

/// <summary>Trained parts that stand beside layers of a model and leave the model's own weights alone.</summary>
public interface IModelAdapter : IDisposable
{
    /// <summary>What is trained.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Whether the parts behave as in training.</summary>
    bool Training { get; set; }

    /// <summary>Stands beside the layers, in place of another adapter if there is one.</summary>
    void Attach();

    /// <summary>Leaves the layers, which then compute what the base computes.</summary>
    void Detach();
}
