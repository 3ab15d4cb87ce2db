using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Optimizers.Tests.Precision;

public sealed class MixedPrecisionTests
{
    private static readonly PrecisionOptions s_master = new();
    private static readonly PrecisionOptions s_naive = new() { MasterCopy = false };
    private static readonly PrecisionOptions s_random = new() { MasterCopy = false, StochasticRounding = true, Seed = 5 };

    public static TheoryData<string> Rules => Explanation.FormulaTests.Rules;

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void MasterCopy_OverManySmallSteps_IsTheRoundedFloat32Run(DType type)
    {
        var options = new AdamWOptions { LearningRate = 1e-4, WeightDecay = 0 };
        var full = Constant(options, DType.Float32, type, s_master, 1000);
        var master = Constant(options, type, type, s_master, 1000);
        using var scope = new TensorScope();
        Assert.Equal(Tensor.From<float>(full, full.Length).To(type).To(DType.Float32).ToArray<float>(), master);
        Assert.All(full, x => Assert.InRange(x, 0.85, 0.95));
    }

    [Fact]
    public void NearestRounding_OverManySmallSteps_StandsStill() =>
        Assert.All(
            Constant(new AdamWOptions { LearningRate = 1e-4, WeightDecay = 0 }, DType.BFloat16, DType.BFloat16, s_naive, 1000),
            x => Assert.Equal(1, x));

    [Fact]
    public void StochasticRounding_OverManySmallSteps_FollowsFloat32OnAverage()
    {
        const int Steps = 1000;
        var options = new SgdOptions { LearningRate = 1e-3 };
        var full = Constant(options, DType.Float32, DType.BFloat16, s_master, Steps);
        var random = Constant(options, DType.BFloat16, DType.BFloat16, s_random, Steps);

        // Each rounding adds a variance of at most a quarter of the squared distance, 2^-8 between 1/2 and 1 and 2^-7 at 1.
        var deviation = Math.Pow(2, -8) * Math.Sqrt(Steps / 4.0 / random.Length);
        Assert.InRange(Math.Abs(random.Average() - full.Average()), 0, 5 * deviation);
        Assert.InRange(full.Average(), 0.89, 0.91);
        Assert.NotEqual(random, Constant(options, DType.BFloat16, DType.BFloat16, s_random with { Seed = 6 }, Steps));
        Assert.Equal(random, Constant(options, DType.BFloat16, DType.BFloat16, s_random, Steps));
    }

    [Fact]
    public void SecondMomentInBFloat16_RoundedStochastically_FollowsFloat32WhereNearestStandsStill()
    {
        // After large gradients come small ones: a mean that forgets by 1/1000 a step cannot fall in bfloat16 by nearest.
        double Last(PrecisionOptions precision)
        {
            using var scope = new TensorScope();
            Parameter parameter = new("w", Tensor.Ones([256]), ParameterRoles.Vector);
            using var optimizer = Optimizer.Create(
                ParameterGroups.Of([parameter]).AssignRest(new AdamWOptions()), new ExecutionOptions { Precision = precision, Threads = 1 });
            for (var step = 0; step < 500; step++)
            {
                parameter.Value.Gradient = Tensor.Full([256], step == 0 ? 10 : 0.01);
                optimizer.Step();
            }

            var writer = new StateWriter();
            optimizer.Save(writer);
            return writer.Tensors.Single(t => t.Name == "w/v").Value.ToDoubles().Average();
        }

        var low = new Dictionary<string, DType> { ["v"] = DType.BFloat16 };
        var full = Last(new());
        Assert.InRange(Last(new() { States = low }) / full, 1.6, 1.7); // exp(0.5)
        Assert.InRange(Last(new() { States = low, StochasticRounding = true }) / full, 0.98, 1.02);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Lanes_AndThreads_GiveTheSameBits(string name)
    {
        var method = Core.Catalogue.Find(name);
        foreach (var (type, precision) in Cases(method))
        {
            double[] Run(LaneKind lane, int threads)
            {
                using var bench = new LowBench(method.CreateOptions(new Dictionary<string, string>()), type, precision, lane, threads);
                bench.Run(1, 3);
                return bench.Everything();
            }

            var expected = Run(LaneKind.Float, 1);
            Assert.Equal(expected, Run(LaneKind.Vector256, 2));
            Assert.Equal(expected, Run(LaneKind.Vector512, 3));
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void State_SavedAndLoaded_ContinuesBitEqual(string name)
    {
        var method = Core.Catalogue.Find(name);
        foreach (var (type, precision) in Cases(method))
        {
            var options = method.CreateOptions(new Dictionary<string, string>());
            using var unbroken = new LowBench(options, type, precision);
            unbroken.Run(1, 3);
            var writer = new StateWriter();
            unbroken.Optimizer.Save(writer);
            using var resumed = new LowBench(options, type, precision, threads: 2);
            for (var i = 0; i < resumed.Parameters.Count; i++)
            {
                resumed.Parameters[i].Value.CopyFrom(unbroken.Parameters[i].Value);
            }

            resumed.Optimizer.Load(StateReader.Of(writer));
            unbroken.Run(4, 6);
            resumed.Run(4, 6);
            Assert.Equal(unbroken.Everything(), resumed.Everything());
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void MasterCopy_OfEveryMethod_IsTheFloat32Run(string name)
    {
        // The same numbers enter both runs, so the copy must hold the same bits as the float32 parameter.
        var options = Core.Catalogue.Find(name).CreateOptions(new Dictionary<string, string>());
        if (Core.Catalogue.Find(name).Elementwise.Reductions.Count > 0)
        {
            return; // Sums are taken block by block, in another order.
        }

        using var low = new LowBench(options, DType.BFloat16, s_master);
        using var full = new LowBench(options, DType.Float32, s_master);
        for (var i = 0; i < low.Parameters.Count; i++)
        {
            full.Parameters[i].Value.CopyFrom(low.Parameters[i].Value);
        }

        using var scope = new TensorScope();
        for (var step = 1; step <= 3; step++)
        {
            var stream = new RandomStream(Seed.From(step));
            for (var i = 0; i < low.Parameters.Count; i++)
            {
                var value = low.Parameters[i].Value;
                var gradient = Tensor.From<float>([.. Enumerable.Range(0, (int)value.ElementCount).Select(_ => (float)stream.NextGaussian())], value.Shape)
                    .To(DType.BFloat16);
                value.Gradient = gradient;
                full.Parameters[i].Value.Gradient = gradient.To(DType.Float32);
            }

            low.Optimizer.Step(new StepInputs(1));
            full.Optimizer.Step(new StepInputs(1));
        }

        var writer = new StateWriter();
        low.Optimizer.Save(writer);
        Assert.Equal(
            full.Parameters.SelectMany(p => p.Value.ToArray<float>()),
            writer.Tensors.Where(t => t.Name.EndsWith("/master", StringComparison.Ordinal)).SelectMany(t => t.Value.ToArray<float>()));
    }

    [Theory]
    [InlineData(LaneKind.Auto)]
    [InlineData(LaneKind.Tensor)]
    public void Parameter_WrittenFromOutside_IsFollowedByItsCopy(LaneKind lane)
    {
        using var scope = new TensorScope();
        Parameter parameter = new("w", Tensor.Ones([40]).To(DType.BFloat16), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of([parameter]).AssignRest(new SgdOptions { LearningRate = 1e-3 }), new ExecutionOptions { Lane = lane });
        parameter.Value.Gradient = Tensor.Ones([40]).To(DType.BFloat16);
        optimizer.Step();
        parameter.Value.CopyFrom(Tensor.Full([40], 3));
        optimizer.Step();
        var writer = new StateWriter();
        optimizer.Save(writer);
        Assert.All(writer.Tensors.Single().Value.ToArray<float>(), x => Assert.Equal(3 - 1e-3f, x));
        Assert.All(parameter.Value.Detach().ToDoubles(), x => Assert.Equal(3, x));
    }

    [Fact]
    public void TensorLane_OfLowPrecision_FollowsTheFusedOne()
    {
        var precision = new PrecisionOptions { States = new Dictionary<string, DType> { ["v"] = DType.BFloat16 } };
        using var fused = new LowBench(new AdamWOptions(), DType.BFloat16, precision);
        using var unfused = new LowBench(new AdamWOptions(), DType.BFloat16, precision, LaneKind.Tensor);
        fused.Run(1, 3);
        unfused.Run(1, 3);
        var (expected, actual) = (fused.Everything(), unfused.Everything());
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, Math.Pow(2, -7) * Math.Max(Math.Abs(expected[i]), 1e-6));
        }
    }

    private static IEnumerable<(DType Type, PrecisionOptions Precision)> Cases(MethodDescriptor method)
    {
        var low = method.StateNames.Where((_, i) => i % 2 == 0).ToDictionary(s => s, _ => DType.BFloat16);
        yield return (DType.BFloat16, s_master);
        yield return (DType.BFloat16, s_random with { States = low });
        yield return (DType.Float16, s_naive);
        if (low.Count > 0)
        {
            yield return (DType.Float32, new PrecisionOptions { States = low, StochasticRounding = true });
            yield return (DType.BFloat16, new PrecisionOptions { States = low.ToDictionary(s => s.Key, _ => DType.Float16) });
        }
    }

    /// <summary>Runs steps with one constant gradient from a parameter of ones.</summary>
    private static float[] Constant(MethodOptions options, DType type, DType gradientType, PrecisionOptions precision, int steps)
    {
        const int Count = 1024;
        using var scope = new TensorScope();
        Parameter parameter = new("w", Tensor.Ones([Count]).To(type), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of([parameter]).AssignRest(options), new ExecutionOptions { Precision = precision, Threads = 1 });
        parameter.Value.Gradient = Tensor.Full([Count], 0.1).To(gradientType).To(type);
        for (var step = 0; step < steps; step++)
        {
            optimizer.Step();
        }

        return parameter.Value.Detach().To(DType.Float32).ToArray<float>();
    }
}
