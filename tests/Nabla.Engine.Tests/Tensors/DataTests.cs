namespace Nabla.Engine.Tests.Tensors;

public sealed class DataTests : IDisposable
{
    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_description_says_what_the_tensor_is()
    {
        Tensor t = Tensor.Zeros([5, 3], DType.Float64);
        Tensor part = t[.., 1];

        Assert.Equal([3, 1], t.Strides);
        Assert.Equal(2, t.Rank);
        Assert.Equal(15, t.ElementCount);
        Assert.Equal(120, t.ByteCount);
        Assert.Equal(Device.Cpu, t.Device);
        Assert.True(t.IsContiguous);
        Assert.Equal([3], part.Strides);
        Assert.Equal(40, part.ByteCount);
        Assert.False(part.IsContiguous);
        Assert.Equal(t.DataPointer + 8, part.DataPointer);
    }

    [Fact]
    public void ToArray_reads_what_is_not_contiguous_in_row_major_order()
    {
        Tensor t = Tensor.From([1f, 2f, 3f, 4f, 5f, 6f], 2, 3);

        Assert.Equal([2f, 3f, 5f, 6f], t[.., 1..].ToArray<float>());
        Assert.Equal([3f, 6f], t[.., 2].ToArray<float>());
    }

    [Fact]
    public void AsSpan_writes_in_place_and_refuses_what_is_not_contiguous_or_of_another_type()
    {
        Tensor t = Tensor.From([1f, 2f, 3f, 4f], 2, 2);
        t.AsSpan<float>()[2] = 30;

        Assert.Equal([1f, 2f, 30f, 4f], t.ToArray<float>());
        Assert.Contains(
            "contiguous",
            Assert.Throws<InvalidOperationException>(() => t[.., 0].AsSpan<float>().Length).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Float32",
            Assert.Throws<InvalidOperationException>(() => t.ToArray<int>()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Copying_converts_and_broadcasts_without_recording()
    {
        Tensor target = Tensor.Zeros([2, 3]);
        target.RequiresGrad = true;

        target.CopyFrom(Tensor.From([1.25, -2.5, 1e-3]));

        Assert.Equal([1.25f, -2.5f, 1e-3f, 1.25f, -2.5f, 1e-3f], target.ToArray<float>());
        Assert.True(target.RequiresGrad);
        target.Fill(-1.5);
        Assert.Equal([-1.5f, -1.5f, -1.5f, -1.5f, -1.5f, -1.5f], target.ToArray<float>());
        Assert.Throws<EngineException>(() => target.CopyFrom(Tensor.Zeros([4])));
    }

    [Theory]
    [InlineData(DType.Float32, 2.7)]
    [InlineData(DType.Float64, 2.7)]
    [InlineData(DType.BFloat16, 2.703125)]
    [InlineData(DType.Float16, 2.69921875)]
    [InlineData(DType.Int64, 2)]
    [InlineData(DType.Int32, 2)]
    [InlineData(DType.UInt8, 2)]
    [InlineData(DType.Bool, 1)]
    public void Every_element_type_holds_what_it_can(DType dtype, double expected)
    {
        Tensor t = Tensor.Zeros([3], dtype);
        t.Fill(2.7);

        Assert.Equal(dtype, t.DType);
        Assert.Equal(dtype.Size() * 3, t.ByteCount);
        Assert.Equal(expected, t[1].Item(), 6);
        Assert.Equal(expected, t.ToDoubles()[2], 6);
    }

    [Fact]
    public void The_bits_of_brain_floats_are_the_upper_half_of_a_float()
    {
        Tensor t = Tensor.Full([2], 1.5, DType.BFloat16);

        Assert.Equal([(ushort)0x3FC0, (ushort)0x3FC0], t.ToArray<ushort>());
    }

    [Fact]
    public void Item_needs_exactly_one_element()
    {
        Assert.Equal(-3, Tensor.From([-3L], 1, 1).Item());
        Assert.Contains(
            "[2]",
            Assert.Throws<InvalidOperationException>(() => Tensor.Zeros([2]).Item()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_tensor_says_so_whatever_it_is_asked()
    {
        Tensor t = Tensor.Ones([2]);
        Tensor other = Tensor.Ones([2]);
        _ = t.Shape;
        t.Dispose();
        t.Dispose();

        Assert.True(t.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => t + other);
        Assert.Throws<ObjectDisposedException>(() => other + t);
        Assert.Throws<ObjectDisposedException>(() => t.Shape);
        Assert.Throws<ObjectDisposedException>(() => t.ToArray<float>());
        Assert.Throws<ObjectDisposedException>(() => t.DataPointer);
        Assert.Throws<ObjectDisposedException>(() => t.Gradient);
        Assert.Throws<ObjectDisposedException>(() => t.Release());
        Assert.Throws<ObjectDisposedException>(() => t.Backward());
    }
}
