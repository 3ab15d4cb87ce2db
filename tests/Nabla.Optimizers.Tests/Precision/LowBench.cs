using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Tests.Precision;

/// <summary>An optimizer over parameters of a chosen type and awkward sizes, fed with seeded gradients of that type.</summary>
internal sealed class LowBench : IDisposable
{
    private static readonly long[][] s_shapes = [[7, 5], [1], [0], [3, 2, 11], [40_003]];
    private readonly DType _type;

    public LowBench(MethodOptions options, DType type, PrecisionOptions precision, LaneKind lane = LaneKind.Auto, int threads = 1)
    {
        _type = type;
        var stream = new RandomStream(Seed.From(11));
        Parameters = [.. s_shapes.Select((shape, i) => new Parameter($"p{i}", Draw(stream, shape), ParameterRoles.Matrix))];
        Optimizer = Optimizer.Create(
            ParameterGroups.Of(Parameters).AssignRest(options),
            new ExecutionOptions { Precision = precision, Lane = lane, Threads = threads });
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public Optimizer Optimizer { get; }

    public void Run(int first, int last)
    {
        for (var step = first; step <= last; step++)
        {
            var stream = new RandomStream(Seed.From(step).Derive("gradient"));
            foreach (var parameter in Parameters)
            {
                using var gradient = Draw(stream, parameter.Value.Shape);
                parameter.Value.Gradient = gradient;
            }

            Optimizer.Step(new StepInputs(1));
        }
    }

    /// <summary>All parameters and states, each widened to double, which loses nothing.</summary>
    public double[] Everything()
    {
        using var scope = new TensorScope();
        var writer = new StateWriter();
        Optimizer.Save(writer);
        return [.. Parameters.SelectMany(p => p.Value.Detach().ToDoubles()), .. writer.Tensors.SelectMany(t => t.Value.ToDoubles())];
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        foreach (var parameter in Parameters)
        {
            parameter.Dispose();
        }
    }

    private Tensor Draw(RandomStream stream, ReadOnlySpan<long> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            count *= size;
        }

        using var wide = Tensor.From<float>([.. Enumerable.Range(0, (int)count).Select(_ => (float)(stream.NextGaussian() + 0.1))], shape.ToArray());
        return wide.To(_type).Release();
    }
}
