namespace Nabla.Core;

/// <summary>A tensor of state that a rule on whole tensors asks for.</summary>
/// <param name="Name">The name, such as <c>row</c>; a key in checkpoints.</param>
/// <param name="Shape">The sizes; none for a single number.</param>
public sealed record StateTensor(string Name, params long[] Shape)
{
    /// <summary>How many elements it has.</summary>
    public long ElementCount => Shape.Aggregate(1L, (count, size) => count * size);
}
