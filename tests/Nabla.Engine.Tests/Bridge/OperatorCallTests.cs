namespace Nabla.Engine.Tests.Bridge;

public sealed class OperatorCallTests : IDisposable
{
    private static readonly OperatorHandle s_cat = new("aten::cat", "");
    private static readonly OperatorHandle s_split = new("aten::split", "Tensor");
    private static readonly OperatorHandle s_max = new("aten::max", "dim");
    private static readonly OperatorHandle s_addInPlace = new("aten::add_", "Tensor");
    private static readonly OperatorHandle s_sum = new("aten::sum", "dim_IntList");
    private static readonly OperatorHandle s_div = new("aten::div", "Tensor_mode");
    private static readonly OperatorHandle s_index = new("aten::index", "Tensor");
    private static readonly OperatorHandle s_equal = new("aten::equal", "");
    private static readonly OperatorHandle s_size = new("aten::size", "int");
    private static readonly OperatorHandle s_upsample = new("aten::upsample_nearest2d", "vec");
    private static readonly OperatorHandle s_layerNormBackward = new("aten::native_layer_norm_backward", "");
    private static readonly OperatorHandle s_transpose = new("aten::t_", "");

    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Lists_of_tensors_go_in_and_come_out()
    {
        Tensor[] parts = [Tensor.From([1f, 2f]), Tensor.From([3f]), Tensor.From([4f, 5f, 6f])];
        var call = new OperatorCall(s_cat, stackalloc NativeArgument[2]);
        call.Tensors(parts);
        call.Integer(0);
        Tensor joined = call.ReturnTensor();
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 6f], joined.ToArray<float>());

        var split = new OperatorCall(s_split, stackalloc NativeArgument[3]);
        split.Tensor(joined);
        split.Integer(4);
        split.Integer(0);
        Tensor[] pieces = split.ReturnTensorList();
        Assert.Equal(2, pieces.Length);
        Assert.Equal([1f, 2f, 3f, 4f], pieces[0].ToArray<float>());
        Assert.Equal([5f, 6f], pieces[1].ToArray<float>());
    }

    [Fact]
    public void A_list_longer_than_the_scratch_memory_arrives_whole()
    {
        Tensor[] many = [.. Enumerable.Range(0, 3000).Select(i => Tensor.Full([1], i))];
        var call = new OperatorCall(s_cat, stackalloc NativeArgument[2]);
        call.Tensors(many);
        call.Integer(0);

        Assert.Equal(Enumerable.Range(0, 3000).Select(i => (float)i), call.ReturnTensor().ToArray<float>());
    }

    [Fact]
    public void Several_results_come_in_order()
    {
        Tensor t = Tensor.From([1f, 9f, 3f, 8f, 2f, 4f], 2, 3);
        var call = new OperatorCall(s_max, stackalloc NativeArgument[3]);
        call.Tensor(t);
        call.Integer(1);
        call.Bool(false);
        (Tensor values, Tensor indices) = call.ReturnTensor2();

        Assert.Equal([9f, 8f], values.ToArray<float>());
        Assert.Equal([1L, 0L], indices.ToArray<long>());
    }

    [Fact]
    public void Integer_lists_types_and_absent_arguments_arrive()
    {
        Tensor t = Tensor.From([1f, 2f, 3f, 4f, 5f, 6f], 2, 3);
        var call = new OperatorCall(s_sum, stackalloc NativeArgument[4]);
        call.Tensor(t);
        call.OptionalIntegers([1]);
        call.Bool(true);
        call.OptionalDType(DType.Float64);
        Tensor rows = call.ReturnTensor();
        Assert.Equal([2, 1], rows.Shape);
        Assert.Equal([6.0, 15.0], rows.ToArray<double>());

        var all = new OperatorCall(s_sum, stackalloc NativeArgument[4]);
        all.Tensor(t);
        all.OptionalIntegers(null);
        all.Bool(false);
        all.OptionalDType(null);
        Assert.Equal(21, all.ReturnTensor().Item());
    }

    [Fact]
    public void Texts_truth_values_and_integers_go_through()
    {
        var call = new OperatorCall(s_div, stackalloc NativeArgument[3]);
        call.Tensor(Tensor.From([7f, -7f]));
        call.Tensor(Tensor.From([2f, 2f]));
        call.OptionalText("floor");
        Tensor floored = call.ReturnTensor();
        Assert.Equal([3f, -4f], floored.ToArray<float>());

        var equal = new OperatorCall(s_equal, stackalloc NativeArgument[2]);
        equal.Tensor(floored);
        equal.Tensor(Tensor.From([3f, -4f]));
        Assert.True(equal.ReturnBool());

        var size = new OperatorCall(s_size, stackalloc NativeArgument[2]);
        size.Tensor(Tensor.Zeros([4, 7]));
        size.Integer(1);
        Assert.Equal(7, size.ReturnInteger());
    }

    [Fact]
    public void Optional_tensors_in_lists_may_be_absent()
    {
        Tensor t = Tensor.From([1f, 2f, 3f, 4f, 5f, 6f], 2, 3);
        var call = new OperatorCall(s_index, stackalloc NativeArgument[2]);
        call.Tensor(t);
        call.OptionalTensors([null, Tensor.From([2L, 0L])]);

        Assert.Equal([3f, 1f, 6f, 4f], call.ReturnTensor().ToArray<float>());
    }

    [Fact]
    public void Lists_of_doubles_arrive()
    {
        var call = new OperatorCall(s_upsample, stackalloc NativeArgument[3]);
        call.Tensor(Tensor.From([1f, 2f], 1, 1, 1, 2));
        call.OptionalIntegers(null);
        call.OptionalDoubles([1.0, 2.0]);

        Assert.Equal([1f, 1f, 2f, 2f], call.ReturnTensor().ToArray<float>());
    }

    [Fact]
    public void Masks_leave_results_undefined()
    {
        Tensor x = Tensor.From([1f, 2f, 6f], 1, 3);
        var call = new OperatorCall(s_layerNormBackward, stackalloc NativeArgument[8]);
        call.Tensor(Tensor.From([1f, 1f, 3f], 1, 3));
        call.Tensor(x);
        call.Integers([3]);
        call.Tensor(Tensor.From([3f], 1, 1));
        call.Tensor(Tensor.From([0.5f], 1, 1));
        call.OptionalTensor(Tensor.Ones([3]));
        call.OptionalTensor(Tensor.Zeros([3]));
        call.Bools([false, false, true]);
        (Tensor input, Tensor weight, Tensor bias) = call.ReturnTensor3();

        Assert.Null(input);
        Assert.Null(weight);
        Assert.Equal([1f, 1f, 3f], bias.ToArray<float>());
    }

    [Fact]
    public void In_place_operators_return_the_same_tensor_without_a_second_handle()
    {
        Tensor t = Tensor.From([1f, 2f, 3f, 4f, 5f, 6f], 2, 3);
        _ = t.Shape;
        Tensor one = Tensor.Ones([1]);
        long handles = NativeMemory.LiveHandles;
        var call = new OperatorCall(s_addInPlace, stackalloc NativeArgument[3]);
        call.Tensor(t);
        call.Tensor(one);
        call.Scalar(10);
        Assert.Same(t, call.ReturnSelf(t));

        var transpose = new OperatorCall(s_transpose, stackalloc NativeArgument[1]);
        transpose.Tensor(t);
        transpose.ReturnSelf(t);

        Assert.Equal(handles, NativeMemory.LiveHandles);
        Assert.Equal([3, 2], t.Shape);
        Assert.Equal([11f, 14f, 12f, 15f, 13f, 16f], t.ToArray<float>());
    }

    [Fact]
    public void A_result_of_another_kind_and_an_unknown_operator_are_named()
    {
        long handles = NativeMemory.LiveHandles;
        Tensor t = Tensor.Ones([2]);
        Assert.Contains(
            "aten::equal",
            Assert.Throws<EngineException>(() =>
            {
                var call = new OperatorCall(s_equal, stackalloc NativeArgument[2]);
                call.Tensor(t);
                call.Tensor(t);
                call.ReturnTensor();
            }).Message,
            StringComparison.Ordinal);
        string missing = Assert.Throws<EngineException>(() =>
        {
            var call = new OperatorCall(new OperatorHandle("aten::no_such", "Thing"), stackalloc NativeArgument[1]);
            call.Tensor(t);
            call.ReturnTensor();
        }).Message;
        Assert.Contains("aten::no_such.Thing", missing, StringComparison.Ordinal);
        Assert.Contains(Torch.Version, missing, StringComparison.Ordinal);
        Assert.Throws<EngineException>(() =>
        {
            var call = new OperatorCall(s_max, stackalloc NativeArgument[3]);
            call.Tensor(t);
            call.Integer(0);
            call.Bool(false);
            call.ReturnTensor();
        });
        Assert.Throws<EngineException>(() =>
        {
            var call = new OperatorCall(s_split, stackalloc NativeArgument[3]);
            call.Tensor(t);
            call.Integer(1);
            call.Integer(0);
            call.ReturnBool();
        });
        Assert.Throws<EngineException>(() =>
        {
            var call = new OperatorCall(s_sum, stackalloc NativeArgument[4]);
            call.Tensor(t);
            call.OptionalIntegers(null);
            call.Bool(false);
            call.OptionalDType(null);
            call.ReturnTensor2();
        });
        Assert.Equal(handles + 1, NativeMemory.LiveHandles);
    }

    [Fact]
    public void A_null_tensor_is_refused_with_the_operator_and_the_place()
    {
        Tensor t = Tensor.Ones([2]);
        string message = Assert.Throws<ArgumentNullException>(() => t + null!).Message;

        Assert.Contains("aten::add.Tensor", message, StringComparison.Ordinal);
        Assert.Contains("argument 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schemas_are_listed_once_each()
    {
        IReadOnlyList<string> schemas = OperatorSchemas.All();

        Assert.True(schemas.Count > 2000);
        Assert.Contains("aten::add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor", schemas);
        Assert.Equal(schemas.Count, schemas.Distinct().Count());
    }

    [Fact]
    public void The_library_says_what_it_is()
    {
        Torch.EnsureLoaded();
        Assert.Matches(@"^\d+\.\d+\.\d+", Torch.Version);
        Assert.True(File.Exists(Torch.LibraryPath), Torch.LibraryPath);
        Assert.Contains("torch", Path.GetFileName(Torch.LibraryPath), StringComparison.Ordinal);
        Assert.Equal(Torch.CudaAvailable, Torch.CudaDeviceCount > 0);
        int before = Torch.Threads;
        Torch.Threads = 1;
        Assert.Equal(1, Torch.Threads);
        Torch.Threads = before;
        Assert.Throws<ArgumentOutOfRangeException>(() => Torch.Threads = 0);
    }
}
