namespace Nabla.Engine.Tests.Tensors;

public sealed class ArithmeticTests : IDisposable
{
    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Operators_between_tensors_work_element_by_element()
    {
        Tensor a = Tensor.From([1.5f, -2f, 7f, 0.25f, 9f, -3f], 2, 3);
        Tensor b = Tensor.From([2f, 4f, -0.5f, 8f, 3f, 5f], 2, 3);

        Assert.Equal([3.5f, 2f, 6.5f, 8.25f, 12f, 2f], (a + b).ToArray<float>());
        Assert.Equal([-0.5f, -6f, 7.5f, -7.75f, 6f, -8f], (a - b).ToArray<float>());
        Assert.Equal([3f, -8f, -3.5f, 2f, 27f, -15f], (a * b).ToArray<float>());
        Assert.Equal([0.75f, -0.5f, -14f, 0.03125f, 3f, -0.6f], (a / b).ToArray<float>());
        Assert.Equal([-1.5f, 2f, -7f, -0.25f, -9f, 3f], (-a).ToArray<float>());
        Assert.Equal([2, 3], (a + b).Shape);
    }

    [Fact]
    public void Operators_with_numbers_keep_the_order_of_operands()
    {
        Tensor a = Tensor.From([1.0, 2.0, 5.0]);

        Assert.Equal([4.5, 5.5, 8.5], (a + 3.5).ToArray<double>());
        Assert.Equal([4.5, 5.5, 8.5], (3.5 + a).ToArray<double>());
        Assert.Equal([-2.5, -1.5, 1.5], (a - 3.5).ToArray<double>());
        Assert.Equal([2.5, 1.5, -1.5], (3.5 - a).ToArray<double>());
        Assert.Equal([3.0, 6.0, 15.0], (3 * a).ToArray<double>());
        Assert.Equal([0.25, 0.5, 1.25], (a / 4).ToArray<double>());
        Assert.Equal([4.0, 2.0, 0.8], (4 / a).ToArray<double>());
    }

    [Fact]
    public void A_quotient_with_the_number_on_the_left_is_rounded_once()
    {
        float[] values = [3f, 7f, 11f, 13f, 49f];
        Tensor a = Tensor.From(values);

        Assert.Equal(values.Select(v => 10f / v), (10 / a).ToArray<float>());
    }

    [Fact]
    public void An_integer_on_the_side_leaves_integers_integers_and_a_fraction_does_not()
    {
        Tensor a = Tensor.From([4L, 9L]);

        Assert.Equal([5L, 10L], (a + 1).ToArray<long>());
        Assert.Equal([12L, 27L], (a * 3L).ToArray<long>());
        Assert.Equal(DType.Float32, (a + 0.5).DType);
        Assert.Equal([4.5f, 9.5f], (a + 0.5).ToArray<float>());
        Assert.Equal([0.5f, 0.2222222222f], (2 / a).ToArray<float>());
    }

    [Fact]
    public void Shapes_broadcast()
    {
        Tensor column = Tensor.From([10f, 20f, 30f], 3, 1);
        Tensor row = Tensor.From([1f, 2f], 1, 2);

        Tensor sum = column + row;

        Assert.Equal([3, 2], sum.Shape);
        Assert.Equal([11f, 12f, 21f, 22f, 31f, 32f], sum.ToArray<float>());
        Assert.Equal([-9f, -18f, -8f, -18f], (Tensor.From([1f, 2f]) - Tensor.From([10f, 20f, 9f, 20f], 2, 2)).ToArray<float>());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_with_the_operator_and_the_sizes_and_leave_nothing_behind()
    {
        Tensor a = Tensor.Zeros([2, 3]);
        Tensor b = Tensor.Zeros([4]);
        long handles = NativeMemory.LiveHandles;
        long bytes = NativeMemory.LiveBytes;

        for (int i = 0; i < 50; i++)
        {
            var e = Assert.Throws<EngineException>(() => a * b);
            Assert.Contains("aten::mul.Tensor", e.Message, StringComparison.Ordinal);
            Assert.Contains("(3)", e.Message, StringComparison.Ordinal);
            Assert.Contains("(4)", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception raised from", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(handles, NativeMemory.LiveHandles);
        Assert.Equal(bytes, NativeMemory.LiveBytes);
        Assert.Equal([0f, 0f, 0f, 0f, 0f, 0f], (a * 5).ToArray<float>());
    }
}
