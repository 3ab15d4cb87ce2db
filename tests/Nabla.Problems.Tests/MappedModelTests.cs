using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Testing;

namespace Nabla.Problems.Tests;

/// <summary>Models whose weights stand on their files.</summary>
public sealed class MappedModelTests : IDisposable
{
    private static readonly string Fixtures = Path.Combine(GoldenVector.Folder, "pretrained");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gpt2-tiny", DType.Float32)]
    [InlineData("llama-tiny", DType.Float32)]
    [InlineData("llama-tiny", DType.Float64)]
    [InlineData("llama-tied", DType.BFloat16)]
    public void Weights_have_the_bits_of_the_files_whatever_the_type_and_stand_on_them_where_they_can(string name, DType type)
    {
        using var scope = new TensorScope();
        var folder = Copy(name);
        var files = Directory.GetFiles(folder, "*.safetensors").Select(SafeTensors.Open).ToList();
        var expected = files.SelectMany(file => file.Entries.Select(entry => (Entry: entry, Value: file.Load(entry.Name)))).ToDictionary(item => item.Entry.Name);
        files.ForEach(file => file.Dispose());
        using var model = PretrainedModel.Load(folder, type);
        var places = Places(model);
        foreach (var (parameter, place) in model.Module.Parameters.Zip(places))
        {
            var (entry, value) = expected[parameter.Name];
            Assert.Equal(value.To(type).ToDoubles(), parameter.Value.ToDoubles());
            Assert.Equal(
                entry.DType == type && entry.Offset % type.Size() == 0, place.File?.StartsWith(folder, StringComparison.Ordinal) == true);
            Assert.True(parameter.Value.RequiresGrad);
        }

        // One fixture mixes types, the header of another has an odd length.
        Assert.Equal(type == DType.Float32, places.Any(place => place.File is not null));
    }

    [Fact]
    public void A_model_takes_no_memory_beside_its_files_and_gives_all_back()
    {
        var folder = Float32("llama-tiny");
        var (handles, bytes) = (NativeMemory.LiveHandles, NativeMemory.LiveBytes);
        using (var model = PretrainedModel.Load(folder))
        {
            var weights = model.Module.Parameters.Sum(parameter => parameter.Value.ByteCount);
            // Beside the weights there are the tables of turns, two of context times head size.
            var options = ((Llama)model.Module).Options;
            Assert.InRange(NativeMemory.LiveBytes - bytes, weights, weights + (2L * 4 * options.Context * options.Size));
            Assert.All(Places(model), place => Assert.Equal(0, place.Own));
            Directory.Delete(folder, recursive: true);
            Assert.Equal(59 * 4, Scores(model).Length);
        }

        Assert.Equal(handles, NativeMemory.LiveHandles);
        Assert.Equal(bytes, NativeMemory.LiveBytes);
        using (PretrainedModel.Load(Float32("llama-tiny")))
        {
        }

        Directory.Delete(folder, recursive: true);
        Assert.Equal(handles, NativeMemory.LiveHandles);
    }

    [Fact]
    public void Weights_that_rest_are_never_copied_and_trained_ones_do_not_reach_the_file()
    {
        var folder = Float32("llama-tiny");
        var before = Contents(folder);
        using (var model = PretrainedModel.Load(folder))
        {
            var trained = model.Module.Parameters[^1];
            foreach (var parameter in model.Module.Parameters)
            {
                parameter.Value.RequiresGrad = ReferenceEquals(parameter, trained);
            }

            var first = Loss(model);
            for (var step = 0; step < 3; step++)
            {
                using var scope = new TensorScope();
                var loss = NextTokenLoss.Of(model.Language, Tokens(), Targets());
                loss.Backward();
                using var mode = GradMode.Disable();
                trained.Value.Sub_(trained.Gradient!, 0.1);
                trained.Value.Gradient = null;
            }

            Assert.True(Loss(model) < first);
            Assert.Equal("lm_head.weight", trained.Name);
            var places = Places(model);
            Assert.True(places[^1].Own >= trained.Value.ByteCount);
            FileMapping[] resting = [.. places.Where(place => place.Start != places[^1].Start)];
            Assert.True(resting.Length > places.Count / 2);
            Assert.All(resting, place => Assert.Equal((true, 0), (place.File is not null, place.Own)));
        }

        Assert.Equal(before, Contents(folder));
    }

    [Theory]
    [InlineData("gpt2-tiny", long.MaxValue)]
    [InlineData("llama-tiny", 4_000)]
    public void A_model_may_be_saved_into_its_own_folder_while_it_stands_on_it(string name, long mostBytes)
    {
        var folder = Copy(name);
        using var model = PretrainedModel.Load(folder);
        using var other = PretrainedModel.Load(folder);
        var original = Scores(other);
        using (GradMode.Disable())
        {
            foreach (var parameter in model.Module.Parameters)
            {
                parameter.Value.Mul_(1.25);
            }
        }

        var changed = Scores(model);
        Assert.NotEqual(original, changed);
        model.Save(folder, mostBytes);
        model.Save(folder, mostBytes);
        // Who stands on the files of before keeps them.
        Assert.Equal(changed, Scores(model));
        Assert.Equal(original, Scores(other));
        using var again = PretrainedModel.Load(folder);
        Assert.Equal(changed, Scores(again));
    }

    // The fixture mixes types of numbers.
    private string Float32(string name)
    {
        var folder = Path.Combine(_folder.Path, "float32");
        using var model = PretrainedModel.Load(Path.Combine(Fixtures, name));
        model.Save(folder, 20_000);
        return folder;
    }

    private string Copy(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Fixtures, name)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    private static byte[][] Contents(string folder) => [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static IReadOnlyList<FileMapping> Places(PretrainedModel model) =>
        FileMapping.Holding([.. model.Module.Parameters.Select(parameter => parameter.Value.DataPointer)]);

    private static Tensor Tokens() => Tensor.From<long>([3, 1, 4, 1], 1, 4);

    private static Tensor Targets() => Tensor.From<long>([1, 4, 1, 5], 4);

    private static double[] Scores(PretrainedModel model)
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        return model.Module.Forward(Tokens()).ToDoubles();
    }

    private static double Loss(PretrainedModel model)
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        return NextTokenLoss.Of(model.Language, Tokens(), Targets()).Item();
    }
}
