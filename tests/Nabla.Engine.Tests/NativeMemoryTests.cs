using Nabla.Testing;

namespace Nabla.Engine.Tests;

public sealed class NativeMemoryTests
{
    [Fact]
    public void Free_pages_between_tensors_go_back_and_no_number_changes()
    {
        const int Count = 2000;
        using var scope = new TensorScope();
        // Below the size from which the allocator maps a tensor by itself.
        List<Tensor> tensors = [.. Enumerable.Range(0, Count).Select(i => Tensor.Full([16_000], i))];
        var kept = tensors.Where((_, i) => i % 2 == 0).ToList();
        foreach (var tensor in tensors.Except(kept))
        {
            tensor.Dispose();
        }

        var heap = FileMapping.Holding(kept[Count / 4].DataPointer);
        NativeMemory.ReturnFreePages();
        var after = FileMapping.Holding(kept[Count / 4].DataPointer);
        Assert.True(after.Own < heap.Own - (Count / 4 * 60_000L), $"{heap} and then {after}");
        for (var i = 0; i < kept.Count; i++)
        {
            Assert.All(kept[i].ToArray<float>(), value => Assert.Equal(2 * i, value));
        }
    }
}
