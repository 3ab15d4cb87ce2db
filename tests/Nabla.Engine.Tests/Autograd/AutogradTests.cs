namespace Nabla.Engine.Tests.Differentiation;

public sealed class AutogradTests : IDisposable
{
    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Backward_accumulates_known_gradients()
    {
        Tensor x = Leaf([2, -3, 0.5]);
        Tensor y = Leaf([1, 4, -2]);

        // d/dx (x² y) = 2 x y, d/dy = x².
        (x * x * y).Backward(Tensor.From([1.0, 10, 100]));
        Assert.Equal([4.0, -240, -200], x.Gradient!.ToArray<double>());
        Assert.Equal([4.0, 90, 25], y.Gradient!.ToArray<double>());

        (x * 3).Backward(Tensor.From([1.0, 1, 1]));
        Assert.Equal([7.0, -237, -197], x.Gradient!.ToArray<double>());

        Assert.True(x.HasGradient);
        x.Gradient = null;
        Assert.Null(x.Gradient);
        Assert.False(x.HasGradient);
        Assert.True(y.HasGradient);
    }

    [Fact]
    public void A_gradient_can_be_set_but_must_fit()
    {
        Tensor x = Leaf([2, -3]);
        x.Gradient = Tensor.From([5.0, 6]);
        (x * 2)[1].Backward();

        Assert.Equal([5.0, 8], x.Gradient!.ToArray<double>());
        Assert.Contains(
            "shape",
            Assert.Throws<EngineException>(() => x.Gradient = Tensor.From([5.0])).Message,
            StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => x.Gradient = Tensor.From([5f, 6f]));
    }

    [Fact]
    public void Grad_returns_derivatives_and_touches_no_gradient()
    {
        Tensor x = Leaf([2, -3]);
        Tensor y = Leaf([5, 7]);

        Tensor?[] found = Autograd.Grad([x / y], [x, y], [Tensor.From([1.0, 1])]);

        Assert.Equal([1.0 / 5, 1.0 / 7], found[0]!.ToArray<double>());
        Assert.Equal([-2.0 / 25, 3.0 / 49], found[1]!.ToArray<double>());
        Assert.False(x.HasGradient);
    }

    [Fact]
    public void An_unused_input_is_null_if_allowed_and_an_error_otherwise()
    {
        Tensor x = Leaf([2]);
        Tensor unused = Leaf([1]);

        Tensor?[] found = Autograd.Grad([x * 3], [unused, x], allowUnused: true);
        Assert.Null(found[0]);
        Assert.Equal(3, found[1]!.Item());
        long handles = NativeMemory.LiveHandles;
        Tensor product = x * 3;
        Assert.Throws<EngineException>(() => Autograd.Grad([product], [unused]));
        Assert.Equal(handles + 1, NativeMemory.LiveHandles);
        Assert.Throws<ArgumentException>(() => Autograd.Grad([product], [x], [null, null]));
    }

    [Fact]
    public void Differentiating_twice_needs_a_recorded_derivative()
    {
        Tensor x = Leaf([3]);

        // x⁴: first 4 x³ = 108, second 12 x² = 108, third 24 x = 72.
        Tensor first = Autograd.Grad([x * x * x * x], [x], createGraph: true)[0]!;
        Tensor second = Autograd.Grad([first], [x], createGraph: true)[0]!;
        Tensor third = Autograd.Grad([second], [x])[0]!;

        Assert.Equal(108, first.Item());
        Assert.Equal(108, second.Item());
        Assert.Equal(72, third.Item());
        Assert.False(third.RequiresGrad);
        Tensor plain = Autograd.Grad([x * x], [x])[0]!;
        Assert.Throws<EngineException>(() => Autograd.Grad([plain], [x]));
    }

    [Fact]
    public void A_graph_runs_once_unless_retained()
    {
        Tensor x = Leaf([3]);
        Tensor square = x * x;

        square.Backward(retainGraph: true);
        square.Backward();
        Assert.Equal(12, x.Gradient!.Item());
        Assert.Throws<EngineException>(() => square.Backward());
        Assert.Equal(12, x.Gradient!.Item());
    }

    [Fact]
    public void Hessian_vector_products_agree_with_finite_differences()
    {
        Tensor x = Leaf([0.7, -1.3, 2.1]);
        Tensor y = Leaf([1.9, 0.4]);
        Tensor linear = Leaf([4.0]);
        double[] v = [0.3, -0.8, 0.5];
        double[] w = [1.1, -0.6];

        Tensor Loss() => (x[0] * x[0] * x[1] * y[0] + x[2] / y[1] + x[1] * x[2] * x[2] + 5 * linear[0]) * 1.5;

        Tensor[] product = Autograd.HessianVectorProduct(
            Loss, [x, y, linear], [Tensor.From(v), Tensor.From(w), Tensor.From([2.0])]);

        const double Step = 1e-5;
        double[] up = GradientAt(+Step);
        double[] down = GradientAt(-Step);
        double[] expected = [.. up.Zip(down, (a, b) => (a - b) / (2 * Step))];
        double[] found = [.. product[0].ToArray<double>(), .. product[1].ToArray<double>()];
        Assert.Equal(5, found.Length);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.Equal(expected[i], found[i], 1e-6);
        }

        Assert.Equal([0.0], product[2].ToArray<double>());
        Assert.False(x.HasGradient);

        double[] GradientAt(double step)
        {
            Shift(x, v, step);
            Shift(y, w, step);
            Tensor?[] gradient = Autograd.Grad([Loss()], [x, y]);
            Shift(x, v, -step);
            Shift(y, w, -step);
            return [.. gradient[0]!.ToArray<double>(), .. gradient[1]!.ToArray<double>()];
        }
    }

    [Fact]
    public void Hessian_vector_products_leave_only_their_results()
    {
        Tensor x = Leaf([0.7, -1.3]);
        Tensor v = Tensor.From([1.0, 2]);
        long handles = NativeMemory.LiveHandles;

        Tensor[] product = Autograd.HessianVectorProduct(() => x[0] * x[0] * x[1], [x], [v]);

        // H = [[2 x1, 2 x0], [2 x0, 0]].
        Assert.Equal([-2.6 + 2.8, 1.4], product[0].ToArray<double>(), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(handles + 1, NativeMemory.LiveHandles);
    }

    [Fact]
    public void Detached_tensors_share_memory_and_stop_derivatives()
    {
        Tensor x = Leaf([3]);
        Tensor cut = x.Detach();

        (x * cut).Backward();

        Assert.Equal(3, x.Gradient!.Item());
        Assert.False(cut.RequiresGrad);
        Assert.Equal(x.DataPointer, cut.DataPointer);
    }

    [Fact]
    public void Grad_mode_is_restored_and_belongs_to_its_thread()
    {
        Tensor x = Leaf([3]);
        using (GradMode.Disable())
        {
            Assert.False((x * 2).RequiresGrad);
            using (GradMode.Enable())
            {
                Assert.True((x * 2).RequiresGrad);
            }

            Assert.False(GradMode.IsEnabled);
            bool elsewhere = false;
            var thread = new Thread(() => elsewhere = GradMode.IsEnabled);
            thread.Start();
            thread.Join();
            Assert.True(elsewhere);
        }

        Assert.True(GradMode.IsEnabled);
        Assert.True((x * 2).RequiresGrad);
    }

    [Fact]
    public void Tensors_of_inference_mode_take_no_part_in_recording()
    {
        Tensor x = Leaf([3]);
        Tensor made;
        using (InferenceMode.Enable())
        {
            Assert.True(InferenceMode.IsEnabled);
            made = x * 2;
            Assert.False(made.RequiresGrad);
        }

        Assert.False(InferenceMode.IsEnabled);
        Assert.True((x * 2).RequiresGrad);
        Assert.Throws<EngineException>(() => x * made);
    }

    [Fact]
    public void Integers_cannot_require_gradients()
    {
        Tensor t = Tensor.From([1L]);
        Assert.Throws<EngineException>(() => t.RequiresGrad = true);
        Assert.False(t.RequiresGrad);
    }

    [Fact]
    public void A_computed_tensor_cannot_stop_requiring_gradients()
    {
        Tensor leaf = Leaf([1]);
        Tensor result = leaf * 2;

        Assert.Throws<EngineException>(() => result.RequiresGrad = false);
        Assert.True(result.RequiresGrad);
        leaf.RequiresGrad = false;
        Assert.False((leaf * 2).RequiresGrad);
    }

    private static Tensor Leaf(double[] values)
    {
        Tensor leaf = Tensor.From(values);
        leaf.RequiresGrad = true;
        return leaf;
    }

    private static void Shift(Tensor tensor, double[] direction, double step)
    {
        Span<double> values = tensor.AsSpan<double>();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += step * direction[i];
        }
    }
}
