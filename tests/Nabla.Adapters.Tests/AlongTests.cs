using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Adapters.Tests;

/// <summary>
/// Passes of an adapter that go along with the step inside have the bits of passes of their own, which an adapter between
/// the two makes necessary.
/// </summary>
public sealed class AlongTests
{
    [Theory]
    [InlineData("dog", "sgd", 1, DType.Float32)]
    [InlineData("dog", "sgd", 3, DType.Float32)]
    [InlineData("ldog", "sgd", 2, DType.Float32)]
    [InlineData("prodigy", "adam", 1, DType.Float32)]
    [InlineData("prodigy", "adamw", 3, DType.Float32)]
    [InlineData("prodigy", "adam", 2, DType.Float64)]
    [InlineData("dog", "sgd", 2, DType.BFloat16)]
    [InlineData("prodigy", "adamw", 2, DType.BFloat16)]
    public void Together_OverManyChunks_HasTheBitsOfApart(string adapter, string inner, int threads, DType type)
    {
        var together = Trained($"{adapter}({inner})", threads, type);
        var apart = Trained($"{adapter}(constant({inner}))", threads, type);
        Assert.Equal(together, apart);
        Assert.Equal(together, Trained($"{adapter}({inner})", 1, type));
    }

    [Fact]
    public void MissingGradient_InOneOfTwo_GoesAlongWithTheOther()
    {
        foreach (var (adapter, inner) in new[] { ("dog", "sgd"), ("prodigy", "adam") })
        {
            Assert.Equal(
                Trained($"{adapter}({inner})", 1, DType.Float32, skips: true),
                Trained($"{adapter}(constant({inner}))", 1, DType.Float32, skips: true));
        }
    }

    /// <summary>Numbers an element, counted by hand: parameter, gradient and states.</summary>
    [Theory]
    [InlineData("sgd", 12, 8)]
    [InlineData("adam", 16, 12)]
    [InlineData("dog(sgd)", 4 + 12 + 4, 8)]
    [InlineData("dog(constant(sgd))", 4 + 12 + 8, 8)]
    [InlineData("dog(adam)", 4 + 16 + 4, 12)]
    [InlineData("prodigy(adam)", 16 + 20, 16)]
    [InlineData("prodigy(constant(adam))", 16 + 12 + 16, 8 + 12)]
    public void Traffic_OfAStep_IsWhatItsPassesReadAndWrite(string name, long read, long written)
    {
        using var scope = new TensorScope();
        var stream = new RandomStream(Seed.From(7));
        using var parameter = new Parameter("p", Draw(stream, 40_001).To(DType.Float32).Release(), ParameterRoles.Vector);
        Dictionary<string, string> settings = [];
        if (name.Contains("sgd", StringComparison.Ordinal))
        {
            settings[string.Concat(Enumerable.Repeat("inner.", name.Count(c => c == '('))) + "momentum"] = "0.9";
        }

        var traffic = new MemoryTraffic();
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of([parameter]).AssignRest(Catalogue.Find(name).CreateOptions(settings)),
            new ExecutionOptions { Threads = 1, Traffic = traffic });
        for (var step = 0; step < 2; step++)
        {
            traffic.Clear();
            parameter.Value.Gradient = Draw(stream, 40_001).To(DType.Float32);
            optimizer.Step(new StepInputs(1) { TotalSteps = 6 });
        }

        Assert.Equal((40_001 * read, 40_001 * written), (traffic.ReadBytes, traffic.WrittenBytes));
    }

    private static double[] Trained(string name, int threads, DType type, bool skips = false)
    {
        using var scope = new TensorScope();
        long[] sizes = [70_001, 5];
        var stream = new RandomStream(Seed.From(5));
        Parameter[] parameters =
        [
            .. sizes.Select((n, i) => new Parameter($"p{i}", Draw(stream, n).To(type).Release(), ParameterRoles.Vector)),
        ];
        var options = Catalogue.Find(name).CreateOptions(new Dictionary<string, string>());
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of(parameters).AssignRest(options), new ExecutionOptions { Threads = threads });
        for (var step = 0; step < 6; step++)
        {
            using var each = new TensorScope();
            for (var i = 0; i < parameters.Length; i++)
            {
                var noise = Draw(stream, sizes[i]).To(type);
                using var noGrad = GradMode.Disable();
                parameters[i].Value.Gradient = skips && step % 3 == i + 1 ? null : parameters[i].Value.Detach() + noise;
            }

            optimizer.Step(new StepInputs(1) { TotalSteps = 6 });
        }

        double[] result = [.. parameters.SelectMany(p => p.Value.Detach().ToDoubles()), .. optimizer.Readings.Where(r => r.Key != "rate factor").Select(r => r.Value)];
        foreach (var parameter in parameters)
        {
            parameter.Dispose();
        }

        return result;
    }

    private static Tensor Draw(RandomStream stream, long count) =>
        Tensor.From<double>([.. Enumerable.Range(0, (int)count).Select(_ => stream.NextGaussian())], count);
}
