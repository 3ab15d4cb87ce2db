using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Tensors kept from one step to the next, one an example.</summary>
internal sealed class ExampleTensors(Tensor[] examples) : IDisposable
{
    /// <summary>Those of some examples, one after the other, in the caller's scope.</summary>
    public Tensor Of(IReadOnlyList<int> numbers) => Ops.Cat([.. numbers.Select(i => examples[i])]);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var example in examples)
        {
            example.Dispose();
        }
    }
}
