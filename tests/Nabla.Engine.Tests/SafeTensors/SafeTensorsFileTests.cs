using System.Text;

namespace Nabla.Engine.Tests;

public sealed class SafeTensorsFileTests : IDisposable
{
    // Printed by make_vectors.py, which shares no code with this library.
    private const string Foreign =
        "48020000000000007b225f5f6d657461646174615f5f223a7b226f726967696e223a226d616b655f766563746f72732e" +
        "7079227d2c22666c616773223a7b226474797065223a22424f4f4c222c227368617065223a5b325d2c22646174615f6f" +
        "666673657473223a5b36312c36335d7d2c22656d707479223a7b226474797065223a225538222c227368617065223a5b" +
        "302c345d2c22646174615f6f666673657473223a5b36312c36315d7d2c226279746573223a7b226474797065223a2255" +
        "38222c227368617065223a5b335d2c22646174615f6f666673657473223a5b35382c36315d7d2c2268616c66223a7b22" +
        "6474797065223a22463136222c227368617065223a5b315d2c22646174615f6f666673657473223a5b35362c35385d7d" +
        "2c22627261696e223a7b226474797065223a2242463136222c227368617065223a5b325d2c22646174615f6f66667365" +
        "7473223a5b35322c35365d7d2c22736d616c6c20696e7473223a7b226474797065223a22493332222c22736861706522" +
        "3a5b315d2c22646174615f6f666673657473223a5b34382c35325d7d2c22776569676874223a7b226474797065223a22" +
        "463332222c227368617065223a5b322c335d2c22646174615f6f666673657473223a5b32342c34385d7d2c22646f7562" +
        "6c65223a7b226474797065223a22463634222c227368617065223a5b5d2c22646174615f6f666673657473223a5b3136" +
        "2c32345d7d2c22696e7473223a7b226474797065223a22493634222c227368617065223a5b325d2c22646174615f6f66" +
        "6673657473223a5b302c31365d7d7d20ffffffffffffffff00000000000100009a9999999999b93f0000803f000020c0" +
        "000040400000000095bf56330000c040f9ffffff803f00c00038007fff0100";

    private readonly string _folder = Directory.CreateTempSubdirectory("nabla-safetensors-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void File_of_another_writer_is_read()
    {
        var path = Put("foreign.safetensors", Convert.FromHexString(Foreign));
        using var file = SafeTensors.Open(path);
        using var scope = new TensorScope();
        Assert.Equal("make_vectors.py", file.Metadata["origin"]);
        Assert.Equal(9, file.Names.Count);
        Assert.Equal([-1L, 1L << 40], file.Load("ints").ToArray<long>());
        Assert.Equal(0.1, file.Load("double").Item());
        Assert.Empty(file.Load("double").Shape);
        Assert.Equal([2L, 3L], file.Load("weight").Shape);
        Assert.Equal([1f, -2.5f, 3f, 0f, 5e-8f, 6f], file.Load("weight").ToArray<float>());
        Assert.Equal([-7], file.Load("small ints").ToArray<int>());
        Assert.Equal(DType.BFloat16, file.Load("brain").DType);
        Assert.Equal([1.0, -2.0], file.Load("brain").ToDoubles());
        Assert.Equal([0.5], file.Load("half").ToDoubles());
        Assert.Equal([0, 127, 255], file.Load("bytes").ToArray<byte>());
        Assert.Equal([0L, 4L], file.Load("empty").Shape);
        Assert.Equal([true, false], file.Load("flags").ToArray<bool>());
    }

    [Fact]
    public void Written_file_has_the_exact_bytes_of_the_format()
    {
        using var scope = new TensorScope();
        var path = Path.Combine(_folder, "small.safetensors");
        SafeTensors.Write(
            path,
            [
                ("b", Tensor.From<float>([1f, 2f], 2)), ("flag", Tensor.From<bool>([true], 1)), ("a", Tensor.From<float>([3f], 1, 1)),
                ("n", Tensor.From<long>([5L])),
            ],
            new Dictionary<string, string> { ["format"] = "pt" });
        var json =
            "{\"__metadata__\":{\"format\":\"pt\"},\"n\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}," +
            "\"a\":{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[8,12]}," +
            "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]}," +
            "\"flag\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[20,21]}}";
        json = json.PadRight((json.Length + 7) / 8 * 8);
        byte[] expected =
        [
            .. BitConverter.GetBytes((ulong)json.Length), .. Encoding.ASCII.GetBytes(json),
            5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 1,
        ];
        Assert.Equal(expected, File.ReadAllBytes(path));
    }

    [Fact]
    public void Every_type_comes_back_bit_equal_and_views_are_packed()
    {
        using var scope = new TensorScope();
        using var source = SafeTensors.Open(Put("in.safetensors", Convert.FromHexString(Foreign)));
        var tensors = source.Names.Select(name => (name, source.Load(name))).ToList();
        var matrix = Tensor.From<float>([1f, 2f, 3f, 4f, 5f, 6f], 2, 3);
        tensors.Add(("view", matrix[.., 1..]));
        var path = Path.Combine(_folder, "out.safetensors");
        SafeTensors.Write(path, tensors);
        using var file = SafeTensors.Open(path);
        Assert.Equal([2f, 3f, 5f, 6f], file.Load("view").ToArray<float>());
        foreach (var (name, value) in tensors)
        {
            var back = file.Load(name);
            Assert.Equal(value.DType, back.DType);
            Assert.Equal(value.Shape, back.Shape);
            Assert.Equal(value.ToDoubles(), back.ToDoubles());
        }
    }

    [Fact]
    public void Loading_into_a_tensor_checks_shape_and_type_and_reaches_views()
    {
        using var scope = new TensorScope();
        using var file = SafeTensors.Open(Put("in.safetensors", Convert.FromHexString(Foreign)));
        var wide = Tensor.Zeros([2, 4]);
        file.LoadInto("weight", wide[.., 1..]);
        Assert.Equal([0f, 1f, -2.5f, 3f, 0f, 0f, 5e-8f, 6f], wide.ToArray<float>());
        var error = Assert.Throws<SafeTensorsException>(() => file.LoadInto("weight", Tensor.Zeros([3, 2])));
        Assert.Contains("'weight'", error.Message, StringComparison.Ordinal);
        Assert.Contains("[3, 2] is wanted", error.Message, StringComparison.Ordinal);
        Assert.Throws<SafeTensorsException>(() => file.LoadInto("weight", Tensor.Zeros([2, 3], DType.Float64)));
        Assert.Throws<KeyNotFoundException>(() => file.Load("absent"));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var bytes = Convert.FromHexString(Foreign);
        for (var length = 0; length < bytes.Length; length++)
        {
            var path = Put("cut.safetensors", bytes[..length]);
            var error = Assert.Throws<SafeTensorsException>(() => SafeTensors.Open(path));
            Assert.Contains("cut.safetensors", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Header_of_gigabytes_is_refused_without_reading_it()
    {
        var path = Put("huge.safetensors", [0, 0, 0, 0, 4, 0, 0, 0, (byte)'{', (byte)'}']);
        var error = Assert.Throws<SafeTensorsException>(() => SafeTensors.Open(path));
        Assert.Contains("17179869184", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_shrinks_while_open_is_refused()
    {
        using var scope = new TensorScope();
        var path = Put("shrinks.safetensors", Convert.FromHexString(Foreign));
        using var file = SafeTensors.Open(path);
        using (var other = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            other.SetLength(other.Length - 30);
        }

        Assert.Throws<SafeTensorsException>(() => file.Load("flags"));
    }

    [Fact]
    public void Failed_write_leaves_the_old_file_and_nothing_else()
    {
        using var scope = new TensorScope();
        var path = Path.Combine(_folder, "kept.safetensors");
        SafeTensors.Write(path, [("a", Tensor.Ones([2]))]);
        var before = File.ReadAllBytes(path);
        var gone = Tensor.Ones([2]);
        gone.Dispose();
        Assert.ThrowsAny<Exception>(() => SafeTensors.Write(path, [("a", Tensor.Ones([4])), ("b", gone)]));
        // A folder in the place of the file lets everything succeed but the rename.
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "folder")).FullName;
        Assert.ThrowsAny<Exception>(() => SafeTensors.Write(folder, [("a", Tensor.Ones([4]))]));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Names_that_cannot_be_written_are_refused()
    {
        using var scope = new TensorScope();
        var path = Path.Combine(_folder, "x");
        var one = Tensor.Ones([1]);
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [("a", one), ("a", one)])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [("__metadata__", one)]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [("\ud800", one)]));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    private string Put(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
