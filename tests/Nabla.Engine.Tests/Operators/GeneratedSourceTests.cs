using Nabla.OperatorGenerator;

namespace Nabla.Engine.Tests.Operators;

/// <summary>The generator of the operator methods: its language, its rules, and that its output is current.</summary>
public sealed class GeneratedSourceTests
{
    private const string Preamble = "libtorch 1.13.1\n## Some\n";

    [Fact]
    public void The_files_in_the_repository_are_what_the_generator_writes()
    {
        var repository = Repository.Find(AppContext.BaseDirectory);
        var list = repository.ReadOperators();
        Assert.SkipUnless(
            InstalledSchemas.Version.StartsWith(list.LibtorchVersion, StringComparison.Ordinal),
            $"The files come from libtorch {list.LibtorchVersion}; {InstalledSchemas.Version} is loaded.");

        var source = OperatorSource.Generate(list, InstalledSchemas.All());

        Assert.Empty(OperatorSource.Differences(repository.OutputFolder, source));
        Assert.Empty(source.Dropped);
    }

    [Fact]
    public void Every_operator_with_a_method_is_in_the_loaded_libtorch()
    {
        var handles = typeof(OperatorHandles).GetFields().Select(f => (OperatorHandle)f.GetValue(null)!).ToArray();

        Assert.Equal(Repository.Find(AppContext.BaseDirectory).ReadOperators().Entries.Count, handles.Length);
        Assert.DoesNotContain(handles, h => !h.Exists);
    }

    [Fact]
    public void A_changed_a_missing_and_a_stale_file_are_each_reported_and_writing_mends_them()
    {
        var source = Generate("relu", "aten::relu(Tensor self) -> Tensor");
        var folder = Directory.CreateTempSubdirectory("nabla-operators-").FullName;
        try
        {
            OperatorSource.Write(folder, source);
            Assert.Empty(OperatorSource.Differences(folder, source));

            File.AppendAllText(Path.Combine(folder, "Tensor.Some.g.cs"), " ");
            File.Delete(Path.Combine(folder, "Ops.g.cs"));
            File.WriteAllText(Path.Combine(folder, "Tensor.Old.g.cs"), string.Empty);
            Assert.Equal(
                ["Ops.g.cs is missing.", "Tensor.Some.g.cs differs.", "Tensor.Old.g.cs is no longer written."],
                OperatorSource.Differences(folder, source));

            OperatorSource.Write(folder, source);
            Assert.Empty(OperatorSource.Differences(folder, source));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_schema_is_read_with_all_its_marks()
    {
        var schema = OperatorSchema.Parse(
            "aten::made.up(Tensor(a -> *)[] self, int[2]? size=[1, -2], *, str mode=\"a, b\", Tensor?[] indices, "
            + "float eps=1e-05) -> (Tensor(a!) values, Tensor[] rest)");

        Assert.Equal("made", schema.Name);
        Assert.Equal("up", schema.Overload);
        Assert.Equal(["self", "size", "mode", "indices", "eps"], schema.Arguments.Select(a => a.Name));
        Assert.Equal(["Tensor[]", "int[]?", "str", "Tensor?[]", "float"], schema.Arguments.Select(a => a.Type.Kind));
        Assert.Equal([null, "[1, -2]", "\"a, b\"", null, "1e-05"], schema.Arguments.Select(a => a.Default));
        Assert.Equal(2, schema.Arguments[1].Type.Size);
        Assert.Equal(["values", "rest"], schema.Results.Select(r => r.Name));
        Assert.True(schema.Results[0].Type.IsWritten);
        Assert.False(schema.Results[1].Type.IsWritten);
    }

    [Theory]
    [InlineData("aten::add_(Tensor(a!) self, Scalar other, Scalar alpha=1) -> Tensor(a!)",
        "public Tensor Add_(Scalar other, Scalar? alpha = null)", "call.Scalar(alpha ?? 1L)", "return call.ReturnSelf(this)")]
    [InlineData("aten::_unique2(Tensor self, bool sorted=True) -> (Tensor, Tensor, Tensor)",
        "public (Tensor, Tensor, Tensor) Unique2(bool sorted = true)", "call.Bool(sorted)", "return call.ReturnTensor3()")]
    [InlineData("aten::conv(Tensor input, int[2] stride=1, float eps=1.0000000000000001e-05) -> Tensor",
        "public static Tensor Conv(Tensor input, long[]? stride = null, double eps = 1E-05)",
        "call.Integers(stride is null ? (ReadOnlySpan<long>)[1, 1] : stride)", "return call.ReturnTensor()")]
    [InlineData("aten::item(Tensor self) -> Scalar",
        "public static Scalar Item(Tensor self)", "call.Tensor(self)", "return call.ReturnScalar()")]
    [InlineData("aten::of(int n, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor",
        "public static Tensor Of(long n, DType? dtype = null, Device? device = null)", "call.None()", "return call.ReturnTensor()")]
    [InlineData("aten::late(Tensor self, int a=1, *, str? in, Generator? generator=None) -> Tensor[]",
        "public Tensor[] Late(long a, string? @in, TorchGenerator? generator = null)", "call.OptionalText(@in)",
        "return call.ReturnTensorList()")]
    [InlineData("aten::turn(Tensor self, SymInt[] by) -> ()",
        "public void Turn(params ReadOnlySpan<long> by)", "call.Integers(by)", "call.ReturnVoid()")]
    [InlineData("aten::sum.dim(Tensor self, int[1] dim) -> Tensor",
        "public Tensor Sum(long dim)", "call.Integers([dim])", "[System.Runtime.CompilerServices.OverloadResolutionPriority(1)]")]
    public void A_schema_becomes_this_method(string schema, string declaration, string argument, string ending)
    {
        var name = schema["aten::".Length..schema.IndexOf('(', StringComparison.Ordinal)];

        var text = string.Join('\n', Generate(name, schema).Files.Values);

        Assert.Contains(declaration + "\n", text, StringComparison.Ordinal);
        Assert.Contains(argument, text, StringComparison.Ordinal);
        Assert.Contains(ending, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_methods_with_one_signature_the_first_in_the_list_stays()
    {
        var source = Generate(
            "a.x\na.y", "aten::a.x(Tensor self, Tensor? b) -> Tensor", "aten::a.y(Tensor self, Tensor b) -> Tensor");

        Assert.Equal(["Tensor.A(Tensor) of a.y: a.x has the same signature"], source.Dropped);
        Assert.DoesNotContain("a_y", source.Files["OperatorHandles.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_in_the_list_are_named()
    {
        Assert.Contains("nonsense", Assert.Throws<FormatException>(() => Generate("nonsense")).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<FormatException>(() => OperatorList.Parse(Preamble + "a\na")).Message, StringComparison.Ordinal);
        Assert.Contains("section", Assert.Throws<FormatException>(() => OperatorList.Parse("libtorch 1\na")).Message, StringComparison.Ordinal);
        Assert.Contains("version", Assert.Throws<FormatException>(() => OperatorList.Parse("## A\na")).Message, StringComparison.Ordinal);
        Assert.Contains("Dict", Assert.Throws<NotSupportedException>(
            () => Generate("d", "aten::d(Dict(str, t) self) -> Tensor")).Message, StringComparison.Ordinal);
    }

    private static GeneratedSource Generate(string operators, params string[] schemas) =>
        OperatorSource.Generate(OperatorList.Parse(Preamble + operators), schemas);
}
