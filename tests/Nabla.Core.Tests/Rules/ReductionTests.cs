using Nabla.Engine;

namespace Nabla.Core.Tests.Rules;

/// <summary>Sums over tensors, groups and everything, in several passes, that see state and scalars.</summary>
public sealed class ReductionTests
{
    private const int Steps = 4;

    // Group 0 has two tensors, group 1 one that is longer than a chunk of the fused pass.
    private static readonly (int Group, int Length)[] s_tensors = [(0, 37), (0, 5), (1, 40_007)];

    [Fact]
    public void Step_EveryScopeAndPass_EqualsPlainLoops()
    {
        var expected = Plain();
        var actual = Run(DType.Float64, new ExecutionOptions { Threads = 2 });
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, 1e-12 * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    [Fact]
    public void Step_AllFloatLanesAndThreads_GiveTheSameBits()
    {
        var expected = Run(DType.Float32, new ExecutionOptions { Lane = LaneKind.Float, Threads = 1 });
        Assert.Equal(expected, Run(DType.Float32, new ExecutionOptions { Lane = LaneKind.Vector256, Threads = 3 }));
        Assert.Equal(expected, Run(DType.Float32, new ExecutionOptions { Lane = LaneKind.Vector512, Threads = 2 }));
        var tensors = Run(DType.Float32, new ExecutionOptions { Lane = LaneKind.Tensor });
        Assert.All(expected.Zip(tensors), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5));
    }

    [Fact]
    public void Step_TensorWithoutGradient_AddsNothing()
    {
        using var scope = new TensorScope();
        Parameter first = new("first", Tensor.From<double>([3, 4], 2), ParameterRoles.Vector);
        Parameter second = new("second", Tensor.From<double>([5, 6], 2), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(ParameterGroups.Of([first, second]).AssignRest(Options(1)));
        first.Value.Gradient = Tensor.From<double>([1, 1], 2);
        optimizer.Step();

        // scale = 5 / sqrt(2), shrink = 1 / (1 + 2 + |g - scale p|^2).
        var scale = 5 / Math.Sqrt(2);
        var shrink = 1 / (1 + 2 + Math.Pow(1 - (scale * 3), 2) + Math.Pow(1 - (scale * 4), 2));
        Assert.Equal(3 - (scale * shrink), first.Value.ToArray<double>()[0], 1e-14);
        Assert.Equal([5.0, 6], second.Value.ToArray<double>());
    }

    private static RuleOptions<TrustRule, TrustOptions> Options(double rate) => new(new TrustOptions { Rate = rate });

    private static double[] Run(DType type, ExecutionOptions execution)
    {
        using var scope = new TensorScope();
        Parameter[] parameters =
        [
            .. s_tensors.Select((t, i) => new Parameter(
                $"p{i}", Tensor.From<double>(Draw(i, 0, t.Length), t.Length).To(type), ParameterRoles.Vector)),
        ];
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of(parameters).Assign(p => p.Name != "p2", Options(0.1)).AssignRest(Options(0.2)), execution);
        for (var step = 1; step <= Steps; step++)
        {
            for (var i = 0; i < parameters.Length; i++)
            {
                parameters[i].Value.Gradient = Tensor.From<double>(Draw(i, step, s_tensors[i].Length), s_tensors[i].Length).To(type);
            }

            optimizer.Step();
        }

        return [.. parameters.SelectMany(p => p.Value.Detach().ToDoubles())];
    }

    private static double[] Plain()
    {
        var values = s_tensors.Select((t, i) => Draw(i, 0, t.Length)).ToArray();
        var means = s_tensors.Select(t => new double[t.Length]).ToArray();
        for (var step = 1; step <= Steps; step++)
        {
            var gradients = s_tensors.Select((t, i) => Draw(i, step, t.Length)).ToArray();
            means = [.. means.Select((m, i) => m.Select((x, j) => x + ((gradients[i][j] - x) / step)).ToArray())];
            var all = gradients.Sum(g => g.Sum(x => x * x));
            for (var i = 0; i < values.Length; i++)
            {
                var group = means.Where((_, k) => s_tensors[k].Group == s_tensors[i].Group).Sum(m => m.Sum(x => x * x));
                var scale = Math.Sqrt(values[i].Sum(x => x * x) / group);
                var centred = values[i].Zip(means[i], (p, m) => Math.Pow(m - (scale * p), 2)).Sum();
                var rate = s_tensors[i].Group == 0 ? 0.1 : 0.2;
                values[i] = [.. values[i].Zip(means[i], (p, m) => p - (rate * scale / (1 + all + centred) * m))];
            }
        }

        return [.. values.SelectMany(v => v)];
    }

    private static double[] Draw(int tensor, int step, int length)
    {
        var stream = new RandomStream(Seed.From(step).Derive($"tensor {tensor}"));
        return [.. Enumerable.Range(0, length).Select(_ => stream.NextGaussian() + 0.2)];
    }
}
