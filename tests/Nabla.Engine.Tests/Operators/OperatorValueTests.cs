namespace Nabla.Engine.Tests.Operators;

/// <summary>
/// A sample of the generated methods against numbers worked out by hand: every kind of argument and result.
/// </summary>
public sealed class OperatorValueTests
{
    [Fact]
    public void A_scalar_keeps_its_kind()
    {
        using var scope = new TensorScope();
        var whole = Tensor.From<long>([1, 2], 2);

        Assert.Equal([4L, 5L], whole.Add(3).ToArray<long>());
        Assert.Equal([7L, 8L], whole.Add(3, alpha: 2).ToArray<long>());
        Assert.Equal(DType.Float32, whole.Add(0.5).DType);
        Assert.Equal([1.5f, 2.5f], whole.Add(0.5).ToArray<float>());
        Assert.Equal([1L, 4L], whole.Pow(2).ToArray<long>());
        Assert.Equal([2L, 4L], Ops.Pow(2, whole).ToArray<long>());
        Assert.Equal([1L, 0L], whole.Eq(1).To(DType.Int64).ToArray<long>());
        Assert.Equal([-2.0, -1.0], whole.To(DType.Float64).Sub(3.0).ToArray<double>());
    }

    [Fact]
    public void Tensors_combine_by_element()
    {
        using var scope = new TensorScope();
        var a = Floats(1, 2, 3);
        var b = Floats(4, 5, 6);

        Close([-7, -8, -9], a.Sub(b, alpha: 2));
        Close([0.25f, 0.4f, 0.5f], a.Div(b));
        Close([3, 2, 1], Floats(7, 8, 9).Div(Floats(2, 3, 9), "floor"));
        Close([1 + (0.5f * 4 * 7), 2 + (0.5f * 5 * 8), 3 + (0.5f * 6 * 9)], a.Addcmul(b, Floats(7, 8, 9), 0.5));
        Close([1.75f, 2.75f, 3.75f], a.Lerp(b, 0.25));
        Close([1, 2, 2], a.Clamp(max: 2));
        Close([2, 2, 3], a.Clamp(2));
        Close([2, 2, 2], a.Clamp(Floats(2, 2, 2), Floats(2, 2, 2)));
        Close([4, 5, 6], a.Maximum(b));
    }

    [Fact]
    public void An_in_place_method_changes_and_returns_its_receiver()
    {
        using var scope = new TensorScope();
        var a = Floats(1, 4, 9);
        var pointer = a.DataPointer;

        var result = a.Sqrt_().Mul_(2).Add_(Floats(1, 1, 1), -1);

        Assert.Same(a, result);
        Assert.Equal(pointer, a.DataPointer);
        Close([1, 3, 5], a);
        Close([7, 7, 7], a.Fill_(7));
        Close([1, 2, 3], a.Copy_(Floats(1, 2, 3)));
        Close([0, 0, 0], a.Zero_());
    }

    [Fact]
    public void A_reduction_takes_no_one_or_several_dimensions()
    {
        using var scope = new TensorScope();
        var a = Floats(1, 2, 3, 4, 5, 6).View(2, 3);

        Assert.Equal(21.0, a.Sum().Item());
        Assert.Equal(DType.Float64, a.Sum(DType.Float64).DType);
        Close([5, 7, 9], a.Sum(0));
        Close([6, 15], a.Sum(-1, keepdim: true), 2, 1);
        Close([21], a.Sum([0, 1], true), 1, 1);
        Close([4, 10, 18], a.Prod(0));
        Close([3, 6], a.Amax(1));
        Assert.Equal(6.0, a.Amax().Item());
        Assert.Equal(3.5, a.Var().Item(), 1e-6);
        Assert.Equal(35.0 / 12, a.Var(unbiased: false).Item(), 1e-6);
        Close([1, 1], a.Var(1));
        Close([1, 3, 6, 4, 9, 15], a.Cumsum(1), 2, 3);
        Assert.Equal(Math.Sqrt(91), a.Norm().Item(), 1e-5);
        Assert.Equal(21.0, a.LinalgVectorNorm(1).Item());
        Assert.Equal(6.0, a.Norm(double.PositiveInfinity).Item());
        Assert.Equal(Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3)), a.Logsumexp(1).ToArray<float>()[0], 1e-5);
        Assert.Equal([2L, 2L], a.Argmax(1).ToArray<long>());
        Assert.Equal(5L, a.Argmax().ToArray<long>()[0]);
        Assert.Equal([false, true], a.Gt(3).Any(1).ToArray<bool>());
        Assert.Equal([false, true], a.Gt(3).All(1).ToArray<bool>());
        Assert.Equal(3.0, a.Gt(3).CountNonzero().Item());
    }

    [Fact]
    public void Several_results_come_as_a_named_tuple()
    {
        using var scope = new TensorScope();
        var a = Floats(3, 1, 2);

        var (values, indices) = a.Sort(descending: true);
        Close([3, 2, 1], values);
        Assert.Equal([0L, 2L, 1L], indices.ToArray<long>());

        var top = a.Topk(2);
        Close([3, 2], top.Values);
        Assert.Equal([0L, 2L], top.Indices.ToArray<long>());

        var best = Floats(1, 5, 4, 2).View(2, 2).Max(1);
        Close([5, 4], best.Values);
        Assert.Equal([1L, 0L], best.Indices.ToArray<long>());

        var (unique, inverse, counts) = Tensor.From<long>([5, 3, 5], 3).Unique2(returnInverse: true, returnCounts: true);
        Assert.Equal([3L, 5L], unique.ToArray<long>());
        Assert.Equal([1L, 0L, 1L], inverse.ToArray<long>());
        Assert.Equal([1L, 2L], counts.ToArray<long>());
    }

    [Fact]
    public void Shapes_change_without_changing_numbers()
    {
        using var scope = new TensorScope();
        var a = Floats(0, 1, 2, 3, 4, 5).Reshape(2, 3);

        Close([0, 3, 1, 4, 2, 5], a.T(), 3, 2);
        Close([0, 3, 1, 4, 2, 5], a.Permute(1, 0).Contiguous(), 3, 2);
        Close([0, 3, 1, 4, 2, 5], a.Transpose(0, 1).Clone(), 3, 2);
        Close([2, 1, 0, 5, 4, 3], a.Flip(1), 2, 3);
        Close([5, 0, 1, 2, 3, 4], a.Flatten().Roll([1]));
        Close([1, 2, 4, 5], a.Narrow(1, 1, 2), 2, 2);
        Close([3, 4, 5], a.Select(0, 1));
        Close([0, 2, 3, 5], a.Slice(1, step: 2), 2, 2);
        Close([0, 1, 2, 0, 4, 5], a.Triu(), 2, 3);
        Close([0, 4], a.Diagonal());
        Close([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5], a.Repeat(2, 1), 4, 3);
        Close([7, 7], Floats(7).Expand([2]));
        Assert.Equal([1L, 2L, 3L], a.Unsqueeze(0).Shape);
        Assert.Equal([2L, 3L], a.Unsqueeze(0).Squeeze(0).Shape);
        Close([0, 1, 1, 2], Floats(0, 1, 2).Unfold(0, 2, 1), 2, 2);
    }

    [Fact]
    public void Lists_of_tensors_go_in_and_come_out()
    {
        using var scope = new TensorScope();
        var a = Floats(1, 2);
        var b = Floats(3, 4);

        Close([1, 2, 3, 4], Ops.Cat([a, b]));
        Close([1, 3, 2, 4], Ops.Stack([a, b], 1), 2, 2);
        Assert.Equal(11.0, Ops.Einsum("i,i->", [a, b]).Item());

        var parts = Ops.Cat([a, b, a]).SplitWithSizes([1, 5]);
        Assert.Equal(2, parts.Length);
        Close([1], parts[0]);
        Close([2, 3, 4, 1, 2], parts[1]);
        Assert.Equal([2L, 1L], Floats(1, 2, 3).Chunk(2).Select(t => t.Shape[0]));
        Assert.Equal([2L, 1L], Floats(1, 2, 3).Split(2).Select(t => t.Shape[0]));
    }

    [Fact]
    public void Indices_pick_and_write()
    {
        using var scope = new TensorScope();
        var a = Floats(0, 1, 2, 3, 4, 5).View(2, 3);
        var picks = Tensor.From<long>([2, 0], 2);

        Close([2, 0, 5, 3], a.Index([null, picks]), 2, 2);
        Close([2, 3], a.Index([Tensor.From<long>([0, 1], 2), picks]));
        Close([9, 1, 9, 9, 4, 9], a.IndexPut([null, picks], Floats(9)), 2, 3);
        Close([10, 1, 12, 3, 4, 5], a.Clone().IndexPut_([Tensor.From<long>([0, 0], 2), picks], Floats(10), accumulate: true), 2, 3);
        Close([2, 0, 5, 3], a.IndexSelect(1, picks), 2, 2);
        Close([2, 3], a.Gather(1, picks.View(2, 1)).Flatten());
        Close([0, 1, 9, 9, 4, 5], a.Scatter(1, picks.View(2, 1), 9), 2, 3);
        Close([0, 1, 12, 13, 4, 5], a.ScatterAdd(1, picks.View(2, 1), Floats(10, 10).View(2, 1)), 2, 3);
        Close([0, 1, 2, -1, -1, -1], a.MaskedFill(a.Gt(2), -1), 2, 3);
        Close([3, 4, 5], a.MaskedSelect(a.Gt(2)));
        Close([0, 1, 2, 0, 0, 0], Ops.Where(a.Gt(2), 0.0, a), 2, 3);
        Assert.Equal([1L, 0L, 1L, 1L, 1L, 2L], a.Gt(2).Nonzero().ToArray<long>());
        Assert.Equal([0L, 0L, 1L, 1L, 0L, 0L], picks.OneHot(3).ToArray<long>());
        Assert.Equal([2L, 4L], picks.OneHot(4).Shape);
    }

    [Fact]
    public void Matrices_multiply()
    {
        using var scope = new TensorScope();
        var a = Floats(1, 2, 3, 4).View(2, 2);
        var b = Floats(5, 6, 7, 8).View(2, 2);
        float[] product = [19, 22, 43, 50];

        Close(product, a.Matmul(b), 2, 2);
        Close(product, a.Mm(b), 2, 2);
        Close(product, a.Unsqueeze(0).Bmm(b.Unsqueeze(0)), 1, 2, 2);
        Close([48, 55, 107.5f, 125], Floats(1, 0, 0, 0).View(2, 2).Addmm(a, b, beta: 0.5, alpha: 2.5), 2, 2);
        Close([17, 39], a.Mv(Floats(5, 6)));
        Close([3, 4, 6, 8], Floats(1, 2).Outer(Floats(3, 4)), 2, 2);
        Close([17, 23, 39, 53], Ops.Linear(a, b), 2, 2);
        Close([18, 25, 40, 55], Ops.Linear(a, b, Floats(1, 2)), 2, 2);
        Assert.Equal(5.0, a.Trace().Item());
    }

    [Fact]
    public void Factorizations_give_back_the_matrix()
    {
        using var scope = new TensorScope();
        var a = Tensor.From<double>([4, 1, 1, 3], 2, 2);

        var (q, r) = Ops.LinalgQr(a);
        Close(a, q.Matmul(r));
        Close(Ops.Eye(2, DType.Float64), q.T().Matmul(q));

        var (u, s, vh) = Ops.LinalgSvd(a, fullMatrices: false);
        Close(a, u.Mul(s).Matmul(vh));

        // The eigenvalues of [[4, 1], [1, 3]] are (7 ± √5) / 2.
        var values = a.LinalgEigvalsh().ToArray<double>();
        Assert.Equal((7 - Math.Sqrt(5)) / 2, values[0], 1e-12);
        Assert.Equal((7 + Math.Sqrt(5)) / 2, values[1], 1e-12);

        var l = a.LinalgCholesky();
        Close(a, l.Matmul(l.T()));
        Assert.Equal(11.0, Ops.LinalgDet(a).Item(), 1e-12);
        var (sign, logarithm) = Ops.LinalgSlogdet(a);
        Assert.Equal(1.0, sign.Item());
        Assert.Equal(Math.Log(11), logarithm.Item(), 1e-12);
        Close(Tensor.From<double>([3 / 11.0, -1 / 11.0, -1 / 11.0, 4 / 11.0], 2, 2), Ops.LinalgInv(a));
        Close(Tensor.From<double>([2 / 11.0, 3 / 11.0], 2), Ops.LinalgSolve(a, Tensor.From<double>([1, 1], 2)));
        Close(Ops.LinalgInv(a), a.LinalgPinv());
        Close(Tensor.From<double>([2 / 11.0, 3 / 11.0], 2, 1), a.LinalgLstsq(Tensor.From<double>([1, 1], 2, 1)).Solution);
        Assert.Equal(Math.Sqrt(27), a.LinalgMatrixNorm().Item(), 1e-12);
        Assert.Equal((7 + Math.Sqrt(5)) / 2, a.LinalgMatrixNorm(2).Item(), 1e-12);
    }

    [Fact]
    public void Optional_tensors_and_lists_may_be_left_out()
    {
        using var scope = new TensorScope();
        var image = Floats(1, 2, 3, 4, 5, 6, 7, 8, 9).View(1, 1, 3, 3);
        var ones = Tensor.Ones([1, 1, 2, 2]);

        Close([12, 16, 24, 28], Ops.Conv2d(image, ones), 1, 1, 2, 2);
        Close([13, 17, 25, 29], Ops.Conv2d(image, ones, Floats(1)), 1, 1, 2, 2);
        Close([1, 5, 11, 28], Ops.Conv2d(image, ones, stride: [2, 2], padding: [1, 1]), 1, 1, 2, 2);
        Close([5, 6, 8, 9], image.MaxPool2d([2, 2], [1, 1]), 1, 1, 2, 2);
        Close([5], image.MaxPool2d([2, 2]), 1, 1, 1, 1);
        Close([3, 4, 6, 7], image.AvgPool2d([2, 2], [1, 1]), 1, 1, 2, 2);
        Close([5], image.AdaptiveAvgPool2d(1, 1), 1, 1, 1, 1);

        var root = (float)Math.Sqrt(1.5);
        var row = Floats(1, 2, 3).View(1, 3);
        Close([-root, 0, root], Ops.LayerNorm(row, [3], eps: 0), 1, 3);
        Close([1, 1, 1 + (2 * root)], Ops.LayerNorm(row, [3], Floats(0, 1, 2), Floats(1, 1, 1), 0), 1, 3);
        Close([2, 3, 0, 1], Ops.Embedding(Floats(0, 1, 2, 3).View(2, 2), Tensor.From<long>([1, 0], 2)), 2, 2);
    }

    [Fact]
    public void Activations_and_losses_have_their_values()
    {
        using var scope = new TensorScope();
        var x = Floats(-1, 0, 2);

        Close([0, 0, 2], x.Relu());
        Close([-0.01f, 0, 2], x.LeakyRelu());
        Close([-0.5f, 0, 2], x.LeakyRelu(0.5));
        Close([-0.158655f, 0, 1.954500f], x.Gelu());
        Close([-0.158808f, 0, 1.954598f], x.Gelu("tanh"));
        Close([-0.268941f, 0, 1.761594f], x.Silu());

        var total = Math.Exp(-1) + 1 + Math.Exp(2);
        Close([(float)(Math.Exp(-1) / total), (float)(1 / total), (float)(Math.Exp(2) / total)], x.Softmax(0));
        Assert.Equal(DType.Float64, x.LogSoftmax(0, DType.Float64).DType);

        var logits = x.View(1, 3);
        var target = Tensor.From<long>([2], 1);
        Assert.Equal(Math.Log(total) - 2, logits.CrossEntropyLoss(target).Item(), 1e-5);
        Assert.Equal(Math.Log(total) - 2, logits.LogSoftmax(1).NllLoss(target).Item(), 1e-5);
        Assert.Equal(5.0 / 3, x.MseLoss(Tensor.Zeros([3])).Item(), 1e-6);
        Close([1, 0, 4], x.MseLoss(Tensor.Zeros([3]), reduction: 0));
        Assert.Equal(2.0 / 3, x.HuberLoss(Tensor.Zeros([3])).Item(), 1e-6);
        Assert.Equal(Math.Log(2), Floats(0).BinaryCrossEntropyWithLogits(Floats(1)).Item(), 1e-6);
        Close([7, 7, -1, 0, 2, 7], x.Pad([2, 1], "constant", 7));
        Close([0, -1, 0, 2], x.ConstantPadNd([1, 0]));
    }

    [Fact]
    public void A_generator_decides_what_is_drawn()
    {
        using var scope = new TensorScope();
        var first = Ops.Randn([4], new TorchGenerator(7)).ToArray<float>();
        var again = Ops.Randn([4], new TorchGenerator(7)).ToArray<float>();
        var other = Ops.Randn([4], new TorchGenerator(8)).ToArray<float>();

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);

        var generator = new TorchGenerator(3);
        var uniform = Tensor.Zeros([1000]).Uniform_(2, 3, generator);
        Assert.InRange(uniform.Min().Item(), 2, 2.05);
        Assert.InRange(uniform.Max().Item(), 2.95, 3);
        Assert.Equal([0L, 1, 2, 3, 4], Ops.Randperm(5, generator).Sort().Values.ToArray<long>());
        Assert.Equal(0.0, Tensor.Zeros([9]).Bernoulli(generator).Sum().Item());
        Assert.Equal(9.0, Tensor.Zeros([9]).Bernoulli(1.0, generator).Sum().Item());
        var drawn = Ops.Randint(5, 8, [100], generator);
        Assert.Equal(DType.Int64, drawn.DType);
        Assert.Equal(5.0, drawn.Min().Item());
        Assert.Equal(7.0, drawn.Max().Item());
    }

    [Fact]
    public void Dropout_keeps_everything_outside_training_and_scales_inside()
    {
        using var scope = new TensorScope();
        var ones = Tensor.Ones([64]);

        Assert.Equal(64.0, Ops.Dropout(ones, 0.5, false).Sum().Item());
        var kept = Ops.Dropout(ones, 0.5, true).ToArray<float>();
        Assert.All(kept, v => Assert.True(v is 0 or 2));
        Assert.Contains(0f, kept);
        Assert.Contains(2f, kept);
    }

    [Fact]
    public void Factories_take_type_and_device()
    {
        using var scope = new TensorScope();

        Assert.Equal([0L, 1L, 2L], Ops.Arange(3).ToArray<long>());
        Assert.Equal([1.0, 1.5], Ops.Arange(1, 2, 0.5, DType.Float64, Device.Cpu).ToArray<double>());
        Close([0, 0.5f, 1], Ops.Linspace(0, 1, 3));
        Assert.Equal([3L, 3L], Ops.Full([2], 3).ToArray<long>());
        Assert.Equal(DType.Float16, Ops.ZerosLike(Floats(1), DType.Float16).DType);
        Assert.Equal([0L, 1L, 1L, 0L, 0L, 1L], Ops.TrilIndices(2, 2).ToArray<long>());
    }

    [Fact]
    public void Plain_values_come_back_as_plain_values()
    {
        using var scope = new TensorScope();
        var a = Floats(1, 2);

        Assert.True(a.Equal(Floats(1, 2)));
        Assert.False(a.Equal(Floats(1, 3)));
        Assert.True(a.Allclose(Floats(1, 2.05f), atol: 0.1));
        Assert.False(a.Allclose(Floats(1, 2.05f)));
        Assert.Equal([false, true], Floats(1, float.NaN).Isnan().ToArray<bool>());
        Assert.Equal([true, false], Floats(1, float.PositiveInfinity).Isfinite().ToArray<bool>());
        Assert.Equal([1L, 2L], Ops.Searchsorted(Floats(1, 3, 5), Floats(2, 4)).ToArray<long>());
    }

    [Fact]
    public void Gradients_flow_through_generated_methods()
    {
        using var scope = new TensorScope();
        var x = Floats(1, 2, 3);
        x.RequiresGrad = true;

        x.Pow(2).Sum().Backward();

        Close([2, 4, 6], x.Gradient!);
    }

    [Fact]
    public void A_wrong_shape_is_an_engine_exception()
    {
        using var scope = new TensorScope();

        Assert.Throws<EngineException>(() => Floats(1, 2).Add(Floats(1, 2, 3)));
    }

    private static Tensor Floats(params ReadOnlySpan<float> values) => Tensor.From(values, values.Length);

    private static void Close(float[] expected, Tensor actual, params long[] shape)
    {
        Assert.Equal(shape.Length == 0 ? [expected.Length] : shape, actual.Shape);
        var values = actual.ToArray<float>();
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], values[i], 2e-6f * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.Equal(0.0, expected.Sub(actual).Abs().Max().Item(), 1e-12);
    }
}
