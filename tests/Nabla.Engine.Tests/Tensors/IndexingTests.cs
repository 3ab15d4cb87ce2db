namespace Nabla.Engine.Tests.Tensors;

public sealed class IndexingTests : IDisposable
{
    private readonly TensorScope _scope = new();
    private readonly Tensor _cube;

    // Element [i, j, k] is 100 i + 10 j + k.
    public IndexingTests() => _cube = Tensor.From(
        (from i in Enumerable.Range(0, 2)
         from j in Enumerable.Range(0, 3)
         from k in Enumerable.Range(0, 4)
         select 100L * i + 10 * j + k).ToArray(),
        2,
        3,
        4);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_position_takes_its_dimension_away()
    {
        Assert.Equal([3, 4], _cube[1].Shape);
        Assert.Equal([110L, 111, 112, 113], _cube[1, 1].ToArray<long>());
        Assert.Equal(123, _cube[1, 2, 3].Item());
        Assert.Equal(123, _cube[-1, -1, -1].Item());
        Assert.Equal(22, _cube[^2, ^1, ^2].Item());
    }

    [Fact]
    public void A_range_keeps_its_dimension()
    {
        Tensor part = _cube[.., 1..3, ..^2];

        Assert.Equal([2, 2, 2], part.Shape);
        Assert.Equal([10L, 11, 20, 21, 110, 111, 120, 121], part.ToArray<long>());
        Assert.Equal([0L, 2], _cube[0, 0, TensorIndex.Every(.., 2)].ToArray<long>());
        Assert.Equal([1L, 3], _cube[0, 0, TensorIndex.Every(1.., 2)].ToArray<long>());
        Assert.Equal([2, 0, 4], _cube[.., 3..].Shape);
    }

    [Fact]
    public void Ellipsis_and_new_dimensions_go_where_they_are_written()
    {
        Assert.Equal([2L, 12, 22, 102, 112, 122], _cube[TensorIndex.Ellipsis, 2].ToArray<long>());
        Assert.Equal([2, 1, 3, 4], _cube[TensorIndex.All, TensorIndex.None].Shape);
        Assert.Equal([3, 1], _cube[0, TensorIndex.Ellipsis, 1, TensorIndex.None].Shape);
        Assert.Equal([2, 3, 4], _cube[TensorIndex.Ellipsis].Shape);
    }

    [Fact]
    public void A_part_shares_memory_and_assigning_writes_into_it()
    {
        Tensor part = _cube[1, .., 2];
        part.Fill(-7);
        _cube[0, 1..] = Tensor.From([1L, 2, 3, 4]);

        Assert.Equal([100L, 101, -7, 103], _cube[1, 0].ToArray<long>());
        Assert.Equal([0L, 1, 2, 3, 1, 2, 3, 4, 1, 2, 3, 4], _cube[0].ToArray<long>());
    }

    [Fact]
    public void What_lies_outside_is_refused_and_leaves_nothing_behind()
    {
        long handles = NativeMemory.LiveHandles;

        Assert.Throws<EngineException>(() => _cube[0, 3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _cube[0, 1..4]);
        Assert.Throws<ArgumentException>(() => _cube[0, 0, 0, 0]);
        Assert.Throws<ArgumentException>(() => _cube[TensorIndex.Ellipsis, TensorIndex.Ellipsis]);

        Assert.Equal(handles, NativeMemory.LiveHandles);
    }
}
