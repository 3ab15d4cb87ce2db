using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Tests.Catalogue;

/// <summary>One optimizer over float32 parameters of awkward sizes, fed with seeded gradients.</summary>
internal sealed class Bench : IDisposable
{
    // Not multiples of any lane, one of a single element, one empty, one longer than a chunk.
    private static readonly long[][] s_shapes = [[7, 5], [1], [0], [3, 2, 11], [40_003]];

    // For methods that take matrices only.
    private static readonly long[][] s_matrices = [[7, 5], [1, 6], [0, 4], [3, 2, 11], [33, 40]];
    private readonly Parameter[] _parameters;

    public Bench(MethodOptions options, ExecutionOptions? execution = null)
    {
        var stream = new RandomStream(Seed.From(11).Derive("start"));
        _parameters =
        [
            .. (TakesVectors(options) ? s_shapes : s_matrices).Select((shape, i) => new Parameter(
                $"p{i}", Tensor.From<float>(Draw(stream, Count(shape)), shape), ParameterRoles.Matrix)),
        ];
        Optimizer = Optimizer.Create(ParameterGroups.Of(_parameters).AssignRest(options), execution);
    }

    public Optimizer Optimizer { get; }

    public IReadOnlyList<Parameter> Parameters => _parameters;

    public void Run(int first, int last)
    {
        for (var step = first; step <= last; step++)
        {
            var stream = new RandomStream(Seed.From(step).Derive("gradient"));
            foreach (var parameter in _parameters)
            {
                using var gradient = Tensor.From<float>(Draw(stream, parameter.Value.ElementCount), parameter.Value.Shape);
                parameter.Value.Gradient = gradient;
            }

            Optimizer.Step(new StepInputs(1));
        }
    }

    public float[] Values() => [.. _parameters.SelectMany(p => p.Value.ToArray<float>())];

    public void Dispose()
    {
        Optimizer.Dispose();
        foreach (var parameter in _parameters)
        {
            parameter.Dispose();
        }
    }

    private static bool TakesVectors(MethodOptions options) =>
        Core.Catalogue.Methods.FirstOrDefault(m => m.OptionsType == options.GetType()) is not { } method
        || (method.Roles & ParameterRoles.Vector) != 0;

    private static long Count(long[] shape) => shape.Aggregate(1L, (a, b) => a * b);

    private static float[] Draw(RandomStream stream, long count)
    {
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(stream.NextGaussian() + 0.1);
        }

        return values;
    }
}
