using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Logits of the starting model, one tensor an example.</summary>
internal sealed class StartingLogits(Tensor[] examples) : IDisposable
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
