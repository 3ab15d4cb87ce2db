using System.IO.Compression;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;

namespace Nabla.Problems.Tests;

public sealed class ImageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nabla-images-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Drawn_digits_are_fixed_by_the_seed_balanced_and_visible()
    {
        var digits = DrawnDigits.Draw(new Seed(1), 200);
        Assert.True(digits.Pixels.Span.SequenceEqual(DrawnDigits.Draw(new Seed(1), 200).Pixels.Span));
        Assert.True(digits.Pixels.Span[..784].SequenceEqual(DrawnDigits.Draw(new Seed(1), 1).Pixels.Span));
        Assert.False(digits.Pixels.Span.SequenceEqual(DrawnDigits.Draw(new Seed(2), 200).Pixels.Span));
        Assert.All(Enumerable.Range(0, 10), digit => Assert.Equal(20, digits.Labels.ToArray().Count(label => label == digit)));
        Assert.All(Enumerable.Range(0, 200), index => Assert.InRange(digits.Image(index).ToArray().Count(pixel => pixel > 128), 10, 300));
    }

    [Fact]
    public void Training_and_validation_digits_differ()
    {
        var split = DrawnDigits.DrawSplit(new Seed(0));
        Assert.Equal((8000, 1000), (split.Training.Count, split.Validation.Count));
        Assert.False(split.Training.Image(0).SequenceEqual(split.Validation.Image(0)));
        Assert.Contains("drawn digits", split.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Idx_files_are_read_plain_and_zipped()
    {
        byte[] idx = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
        var plain = Put("a.idx", idx);
        using (var zip = new GZipStream(File.Create(Path.Combine(_folder, "a.gz")), CompressionLevel.Fastest))
        {
            zip.Write(idx);
        }

        foreach (var path in (string[])[plain, Path.Combine(_folder, "a.gz")])
        {
            var (sizes, values) = IdxFile.Read(path);
            Assert.Equal([2, 3], sizes);
            Assert.Equal([1, 2, 3, 4, 5, 6], values);
        }
    }

    [Theory]
    [InlineData("0000080200000002000000030102", "is truncated: sizes 2×3 need 18 bytes, it has 14")]
    [InlineData("00000802000000020000000301020304050607", "is too long: sizes 2×3 need 18 bytes, it has 19")]
    [InlineData("000008020000", "needs 12 bytes, it has 6")]
    [InlineData("00000803ffffffffffffffffffffffff", "announces a size of 4294967295")]
    [InlineData("0000080100000000", "announces a size of 0")]
    [InlineData("00000d0100000001", "type 0x0d")]
    [InlineData("0000080900000001", "9 dimensions")]
    [InlineData("1f8b0800", "is not an IDX file")]
    [InlineData("00", "is not an IDX file")]
    public void Damaged_idx_gets_a_sentence(string hex, string part)
    {
        var path = Put("bad.idx", Convert.FromHexString(hex));
        var message = Assert.Throws<DataException>(() => IdxFile.Read(path)).Message;
        Assert.Contains("bad.idx", message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Idx_folder_is_split_by_the_seed_when_it_has_no_test_images()
    {
        var pixels = Enumerable.Range(0, 20 * 4).Select(i => (byte)(i / 4)).ToArray();
        Put("train-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 2, 0, 0, 0, 2, .. pixels]);
        Assert.Contains("no 'train-labels-idx1-ubyte'", Assert.Throws<DataException>(() => ImageFolder.Load(_folder, new Seed(1))).Message, StringComparison.Ordinal);
        Put("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 20, .. Enumerable.Range(0, 20).Select(i => (byte)(i % 10))]);
        var split = ImageFolder.Load(_folder, new Seed(1));
        Assert.Equal((18, 2), (split.Training.Count, split.Validation.Count));
        var seen = Enumerable.Range(0, 18).Select(i => split.Training.Image(i)[0]).Concat(Enumerable.Range(0, 2).Select(i => split.Validation.Image(i)[0]));
        Assert.Equal(20, seen.Distinct().Count());
        Put("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 1, 1]);
        Assert.Contains("20 images, but", Assert.Throws<DataException>(() => ImageFolder.Load(_folder, new Seed(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cifar_folders_are_read()
    {
        Put("data_batch_1.bin", [7, .. new byte[3071], 9, 3, .. new byte[3072]]);
        Put("test_batch.bin", [2, .. new byte[3072]]);
        var split = ImageFolder.Load(_folder, new Seed(1));
        Assert.Equal([7, 3], split.Training.Labels.ToArray());
        Assert.Equal(9, split.Training.Image(0)[3071]);
        Assert.Equal([2], split.Validation.Labels.ToArray());
        Put("data_batch_2.bin", new byte[100]);
        Assert.Contains("100 bytes are not a multiple of 3073", Assert.Throws<DataException>(() => ImageFolder.Load(_folder, new Seed(1))).Message, StringComparison.Ordinal);
        Put("data_batch_2.bin", [10, .. new byte[3072]]);
        Assert.Contains("the label 10", Assert.Throws<DataException>(() => ImageFolder.Load(_folder, new Seed(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cifar_100_takes_the_fine_label()
    {
        Put("train.bin", [1, 42, .. new byte[3072], 1, 43, .. new byte[3072]]);
        var split = ImageFolder.Load(_folder, new Seed(1));
        Assert.Equal(100, split.Training.Classes);
        Assert.Equal([42, 43], split.Training.Labels.ToArray().Concat(split.Validation.Labels.ToArray()).Order().Select(b => (int)b));
    }

    [Fact]
    public void Folders_without_images_get_a_sentence()
    {
        Assert.Contains("holds no images", Assert.Throws<DataException>(() => ImageFolder.Load(_folder, new Seed(1))).Message, StringComparison.Ordinal);
        Assert.Contains("no folder", Assert.Throws<DataException>(() => ImageFolder.Load(Path.Combine(_folder, "x"), new Seed(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Residual_network_has_right_gradients()
    {
        using var scope = new TensorScope();
        using var model = new ResidualNetwork(1, 3, new Seed(1), width: 4, dtype: DType.Float64);
        GptTests.Inflate(model);
        var random = new RandomStream(new Seed(2));
        var images = Tensor.From<double>([.. Enumerable.Range(0, 2 * 64).Select(_ => random.NextGaussian())], 2, 1, 8, 8);
        var labels = Tensor.From<long>([0, 2], 2);
        Loss().Backward();
        foreach (var parameter in model.Parameters)
        {
            var values = parameter.Value.AsSpan<double>();
            var at = random.NextInt(values.Length);
            var kept = values[at];
            const double step = 1e-6;
            values[at] = kept + step;
            var above = Loss().Item();
            values[at] = kept - step;
            var below = Loss().Item();
            values[at] = kept;
            Assert.Equal((above - below) / (2 * step), parameter.Gradient!.ToArray<double>()[at], 1e-6);
        }

        Tensor Loss() => model.Forward(images).CrossEntropyLoss(labels);
    }

    [Fact]
    public void Image_task_begins_near_chance_and_resumes_in_the_middle_of_a_pass()
    {
        var options = new TaskOptions { BatchSize = 30, Width = 4 };
        var images = new ImageSplit(DrawnDigits.Draw(new Seed(1), 100), DrawnDigits.Draw(new Seed(2), 40), "drawn digits");
        using var task = new ImageTask(options, images);
        Assert.InRange(task.Evaluate(), 1.5, 3.5);
        Assert.Equal(Math.Log(10), task.Baselines["chance"]);
        task.NextBatch().Dispose();
        task.NextBatch().Dispose();
        var writer = new StateWriter();
        task.Save(writer);
        using var resumed = new ImageTask(options, images);
        resumed.Load(StateReader.Of(writer));
        for (var i = 0; i < 4; i++)
        {
            using var expected = task.NextBatch();
            using var actual = resumed.NextBatch();
            Assert.Equal(expected.Inputs.ToArray<float>(), actual.Inputs.ToArray<float>());
            Assert.Equal(expected.Targets.ToArray<long>(), actual.Targets.ToArray<long>());
        }

        Assert.Equal(task.Evaluate(), resumed.Evaluate());
    }

    [Fact]
    public void Every_pass_gives_each_index_once_in_a_new_order()
    {
        var sampler = new EpochSampler(50, new Seed(1));
        var first = Enumerable.Range(0, 50).Select(_ => sampler.Next()).ToArray();
        var second = Enumerable.Range(0, 50).Select(_ => sampler.Next()).ToArray();
        Assert.Equal(Enumerable.Range(0, 50), first.Order());
        Assert.Equal(Enumerable.Range(0, 50), second.Order());
        Assert.NotEqual(first, second);
        sampler.Position = 10;
        Assert.Equal(first[10], sampler.Next());
    }

    private string Put(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
