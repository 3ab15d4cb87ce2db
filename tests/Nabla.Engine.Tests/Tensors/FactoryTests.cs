namespace Nabla.Engine.Tests.Tensors;

public sealed class FactoryTests : IDisposable
{
    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Factories_give_the_shape_type_and_values_they_say()
    {
        Assert.Equal(new float[6], Tensor.Zeros([2, 3]).ToArray<float>());
        Assert.Equal([1.0, 1.0], Tensor.Ones([2], DType.Float64).ToArray<double>());
        Assert.Equal([7L, 7L, 7L], Tensor.Full([3, 1], 7, DType.Int64).ToArray<long>());
        Assert.Equal([-2L, -1L, 0L, 1L], Tensor.Arange(-2, 2).ToArray<long>());
        Assert.Equal([3f, 4f], Tensor.Arange(3, 5, DType.Float32).ToArray<float>());
        Assert.Equal([2, 0, 5], Tensor.Empty([2, 0, 5]).Shape);
        Assert.Equal(0, Tensor.Empty([2, 0, 5]).ElementCount);
        Assert.Equal(2.5, Tensor.Scalar(2.5).Item());
        Assert.Empty(Tensor.Scalar(2.5).Shape);
    }

    [Fact]
    public void Likes_take_over_shape_and_type()
    {
        Tensor like = Tensor.Full([2, 3], 4, DType.Int32);

        Assert.Equal(new int[6], Tensor.ZerosLike(like).ToArray<int>());
        Assert.Equal([1, 1, 1, 1, 1, 1], Tensor.OnesLike(like).ToArray<int>());
        Assert.Equal([2, 3], Tensor.EmptyLike(like).Shape);
        Assert.Equal(DType.Int32, Tensor.EmptyLike(like).DType);
    }

    [Fact]
    public void From_copies_values_of_every_type()
    {
        float[] source = [1, 2, 3];
        Tensor copy = Tensor.From(source);
        source[0] = 9;

        Assert.Equal([1f, 2f, 3f], copy.ToArray<float>());
        Assert.Equal([1.5, -2.5], Tensor.From([1.5, -2.5]).ToArray<double>());
        Assert.Equal([long.MinValue, 5L], Tensor.From([long.MinValue, 5L]).ToArray<long>());
        Assert.Equal([int.MaxValue, -5], Tensor.From([int.MaxValue, -5]).ToArray<int>());
        Assert.Equal([(byte)255, (byte)1], Tensor.From([(byte)255, (byte)1]).ToArray<byte>());
        Assert.Equal([true, false, true], Tensor.From([true, false, true]).ToArray<bool>());
        Assert.Equal([(Half)0.5f, (Half)(-3)], Tensor.From([(Half)0.5f, (Half)(-3)]).ToArray<Half>());
    }

    [Fact]
    public void From_refuses_a_shape_that_does_not_hold_the_values()
    {
        var e = Assert.Throws<ArgumentException>(() => Tensor.From([1f, 2f, 3f], 2, 2));
        Assert.Contains("[2, 2]", e.Message, StringComparison.Ordinal);
        Assert.Contains("3 values", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Tensor.From([1f, 2f], -1, -2));
        Assert.Throws<ArgumentException>(() => Tensor.From(['x']));
    }

    [Fact]
    public void Random_factories_follow_their_generator()
    {
        using var one = new TorchGenerator(5);
        using var same = new TorchGenerator(5);
        using var other = new TorchGenerator(6);

        float[] drawn = Tensor.Randn([40, 50], one).ToArray<float>();

        Assert.Equal(drawn, Tensor.Randn([40, 50], same).ToArray<float>());
        Assert.NotEqual(drawn, Tensor.Randn([40, 50], other).ToArray<float>());
        Assert.InRange(drawn.Average(), -0.1, 0.1);
        Assert.InRange(drawn.Average(v => v * v), 0.87, 1.13);

        float[] uniform = Tensor.Rand([2000], one).ToArray<float>();
        Assert.All(uniform, v => Assert.InRange(v, 0f, 0.99999994f));
        Assert.InRange(uniform.Average(), 0.46, 0.54);
    }
}
