using Nabla.Testing;

namespace Nabla.Engine.Tests;

/// <summary>Tensors that stand on the bytes of a file.</summary>
public sealed class SafeTensorsMapTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nabla-map-").FullName;

    private string FilePath => Path.Combine(_folder, "weights.safetensors");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void Every_type_and_shape_has_the_bits_that_reading_gives()
    {
        using var scope = new TensorScope();
        (string Name, Tensor Value)[] written =
        [
            ("doubles", Tensor.From<double>([1.5, -2, 3e300], 3)), ("scalar", Tensor.Scalar(0.1, DType.Float64)),
            ("floats", Tensor.Arange(0, 5000).To(DType.Float32).View(50, 100)), ("long", Tensor.From<long>([1L << 40, -1])),
            ("ints", Tensor.From<int>([7, -7, 1])), ("half", Tensor.From<float>([0.5f, 2f]).To(DType.Float16)),
            ("brain", Tensor.From<float>([0.5f, -3f]).To(DType.BFloat16)), ("bytes", Tensor.From<byte>([1, 2, 3])),
            ("flags", Tensor.From<bool>([true, false])), ("empty", Tensor.Zeros([0, 4])), ("one", Tensor.Ones([1, 1, 1])),
        ];
        SafeTensors.Write(FilePath, written);
        using var file = SafeTensors.Open(FilePath);
        foreach (var (name, value) in written)
        {
            var mapped = file.Map(name);
            Assert.Equal(value.DType, mapped.DType);
            Assert.Equal(value.Shape, mapped.Shape);
            Assert.True(mapped.IsContiguous);
            Assert.Equal(value.ToDoubles(), mapped.ToDoubles());
            Assert.Equal(value.ElementCount > 0, IsOnFile(mapped));
            Assert.False(IsOnFile(file.Load(name)));
        }

        Assert.Throws<KeyNotFoundException>(() => file.Map("absent"));
    }

    [Fact]
    public void Bytes_at_a_place_where_elements_cannot_stand_are_read()
    {
        using var scope = new TensorScope();
        // A header of an odd length, as the format allows: nothing behind it is aligned.
        var json = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"u\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[8,9]}}";
        json = json.PadRight((json.Length / 8 * 8) + 9);
        File.WriteAllBytes(
            FilePath, [.. BitConverter.GetBytes((ulong)json.Length), .. System.Text.Encoding.ASCII.GetBytes(json), .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f), 9]);
        using var file = SafeTensors.Open(FilePath);
        Assert.Equal([1.5f, -2f], file.Map("w").ToArray<float>());
        Assert.False(IsOnFile(file.Map("w")));
        Assert.Equal([9], file.Map("u").ToArray<byte>());
        Assert.True(IsOnFile(file.Map("u")));
    }

    [Fact]
    public void Writing_to_the_tensor_leaves_the_file_and_its_neighbours()
    {
        var before = Write(("a", Values(3000, 1)), ("b", Values(3000, 2)));
        using (var scope = new TensorScope())
        {
            Tensor first, second, again;
            using (var file = SafeTensors.Open(FilePath))
            {
                (first, second, again) = (file.Map("a"), file.Map("b"), file.Map("a"));
            }

            // The file is closed; what stands on it stays, and each tensor is written to alone.
            first.Fill(7);
            Assert.Equal(Values(3000, 2), second.ToArray<float>());
            Assert.Equal(Values(3000, 1), again.ToArray<float>());
            second.Mul_(2.0);
            Assert.All(first.ToArray<float>(), value => Assert.Equal(7, value));
        }

        Assert.Equal(before, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Mapped_tensors_are_trained_like_others()
    {
        Write(("a", Values(100, 1)));
        using var scope = new TensorScope();
        using var file = SafeTensors.Open(FilePath);
        var weight = file.Map("a");
        weight.RequiresGrad = true;
        (weight * weight).Sum().Backward();
        Assert.Equal(Values(100, 1).Select(value => 2 * value), weight.Gradient!.ToArray<float>());
        using (GradMode.Disable())
        {
            weight.Sub_(weight.Gradient!, 0.5);
        }

        Assert.All(weight.ToArray<float>(), value => Assert.Equal(0, value));
        Assert.Equal(Values(100, 1), file.Load("a").ToArray<float>());
    }

    [Fact]
    public void The_tensor_outlives_replacing_and_deleting_the_file_and_goes_with_its_last_view()
    {
        Write(("a", Values(5000, 1)));
        var (handles, bytes) = (NativeMemory.LiveHandles, NativeMemory.LiveBytes);
        Tensor mapped;
        using (var file = SafeTensors.Open(FilePath))
        {
            mapped = file.Map("a").Release();
        }

        Assert.Equal(handles + 1, NativeMemory.LiveHandles);
        Assert.Equal(bytes + (5000 * 4), NativeMemory.LiveBytes);
        Write(("a", Values(5000, 2)));
        Assert.Equal(Values(5000, 1), mapped.ToArray<float>());
        // Saving what stands on the file in the place of the file: another file takes the name.
        mapped.Fill(3);
        SafeTensors.Write(FilePath, [("a", mapped)]);
        using (var file = SafeTensors.Open(FilePath))
        using (var read = file.Load("a"))
        {
            Assert.All(read.ToArray<float>(), value => Assert.Equal(3, value));
        }

        Directory.Delete(_folder, recursive: true);
        var view = mapped.View(50, 100);
        mapped.Dispose();
        Assert.All(view.ToArray<float>(), value => Assert.Equal(3, value));
        Assert.True(IsOnFile(view));
        var address = view.DataPointer;
        view.Dispose();
        Assert.False(IsOnFile(address));
        Assert.Equal(handles, NativeMemory.LiveHandles);
        Assert.Equal(bytes, NativeMemory.LiveBytes);
    }

    [Fact]
    public void File_that_has_become_shorter_is_refused()
    {
        Write(("a", Values(5000, 1)), ("b", Values(10, 1)));
        using var scope = new TensorScope();
        using var file = SafeTensors.Open(FilePath);
        using (var other = new FileStream(FilePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            other.SetLength(other.Length - 1);
        }

        Assert.Equal(Values(5000, 1), file.Map("a").ToArray<float>());
        var refused = Assert.Throws<SafeTensorsException>(() => file.Map("b"));
        Assert.Contains("ended at byte", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1 bytes too early", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_are_taken_when_they_are_looked_at_and_copied_when_they_are_written_to()
    {
        const int Count = 8 << 20;
        Write(("a", Values(Count, 1)));
        using var scope = new TensorScope();
        using var file = SafeTensors.Open(FilePath);
        var mapped = file.Map("a");
        Assert.InRange(Resident(mapped).Seen, 0, Count);
        Assert.Equal(0, Resident(mapped).Own);
        Assert.Equal(Count, mapped.Sum().Item());
        var read = Resident(mapped);
        Assert.InRange(read.Seen, Count * 4L, (Count * 4L) + 8192);
        Assert.Equal(0, read.Own);
        mapped.AsSpan<float>()[Count / 2] = 5;
        Assert.InRange(Resident(mapped).Own, 1, 1 << 16);
        mapped.Mul_(2.0);
        Assert.InRange(Resident(mapped).Own, Count * 4L, (Count * 4L) + 8192);
    }

    private static float[] Values(int count, float value) => [.. Enumerable.Repeat(value, count)];

    private byte[] Write(params (string Name, float[] Values)[] tensors)
    {
        using var scope = new TensorScope();
        SafeTensors.Write(FilePath, [.. tensors.Select(tensor => (tensor.Name, Tensor.From(tensor.Values)))]);
        return tensors.Sum(tensor => tensor.Values.Length) < 1 << 20 ? File.ReadAllBytes(FilePath) : [];
    }

    private static bool IsOnFile(Tensor tensor) => IsOnFile(tensor.DataPointer);

    private static bool IsOnFile(nint address) => FileMapping.Holding(address).File?.Contains("weights.safetensors", StringComparison.Ordinal) == true;

    private static FileMapping Resident(Tensor tensor) => FileMapping.Holding(tensor.DataPointer);
}
