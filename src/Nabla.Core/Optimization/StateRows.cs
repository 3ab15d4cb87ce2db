using Nabla.Engine;

namespace Nabla.Core;

/// <summary>
/// Lays the same state of many small tensors one behind the other in one piece of memory: the processor fetches ahead
/// along a row of addresses, and a small tensor alone is too short a row.
/// </summary>
internal static class StateRows
{
    /// <summary>Longer tensors are rows by themselves.</summary>
    private const long Longest = 32 * 1024;

    /// <summary>Each state begins at a cache line, whatever its type.</summary>
    private const long Alignment = 64;

    /// <summary>Makes every state that the tensors lack.</summary>
    public static void Allocate(IReadOnlyList<OptimizedTensor> tensors)
    {
        for (var state = 0; state < State<DoubleLane>.Capacity; state++)
        {
            var lacking = tensors.Where(t => t.Lacks(state)).ToList();
            foreach (var alike in lacking.Where(IsSmall).GroupBy(t => t.TypeOf(state)))
            {
                AllocateRow([.. alike], state, alike.Key);
            }

            foreach (var tensor in lacking.Where(t => !IsSmall(t)))
            {
                tensor.AllocateState(state);
            }
        }
    }

    private static bool IsSmall(OptimizedTensor tensor) =>
        tensor.Value.Device.Kind == DeviceKind.Cpu && tensor.Value.ElementCount is > 0 and <= Longest;

    private static void AllocateRow(OptimizedTensor[] tensors, int state, DType type)
    {
        // The states are views; they alone keep the row's memory.
        using var scope = new TensorScope();
        using var noGrad = GradMode.Disable();
        var row = Tensor.Zeros([tensors.Sum(t => Padded(t, type))], type);
        var start = 0L;
        foreach (var tensor in tensors)
        {
            tensor.TakeState(state, row.Narrow(0, start, tensor.Value.ElementCount).View(tensor.Value.Shape));
            start += Padded(tensor, type);
        }
    }

    private static long Padded(OptimizedTensor tensor, DType type)
    {
        var step = Alignment / type.Size();
        return (tensor.Value.ElementCount + step - 1) / step * step;
    }
}
