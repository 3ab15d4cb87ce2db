using System.Collections.Concurrent;
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

    // The same for every method, and drawn once: drawing takes longer than the steps.
    private static readonly ConcurrentDictionary<(int Step, long Count), float[]> s_numbers = new();
    private readonly Parameter[] _parameters;
    private readonly long _count;

    public Bench(MethodOptions options, ExecutionOptions? execution = null)
    {
        var shapes = TakesVectors(options) ? s_shapes : s_matrices;
        _count = shapes.Sum(Count);
        var start = Numbers(0, _count);
        var used = 0;
        _parameters = new Parameter[shapes.Length];
        for (var i = 0; i < shapes.Length; i++)
        {
            var length = (int)Count(shapes[i]);
            _parameters[i] = new($"p{i}", Tensor.From<float>(start.AsSpan(used, length), shapes[i]), ParameterRoles.Matrix);
            used += length;
        }

        Optimizer = Optimizer.Create(ParameterGroups.Of(_parameters).AssignRest(options), execution);
    }

    public Optimizer Optimizer { get; }

    public IReadOnlyList<Parameter> Parameters => _parameters;

    public void Run(int first, int last)
    {
        for (var step = first; step <= last; step++)
        {
            var numbers = Numbers(step, _count);
            var used = 0;
            foreach (var parameter in _parameters)
            {
                var length = (int)parameter.Value.ElementCount;
                using var gradient = Tensor.From<float>(numbers.AsSpan(used, length), parameter.Value.Shape);
                parameter.Value.Gradient = gradient;
                used += length;
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

    /// <summary>The gradients of a step, or the parameters to start from at step 0.</summary>
    private static float[] Numbers(int step, long count) => s_numbers.GetOrAdd((step, count), key =>
    {
        var stream = new RandomStream(Seed.From(key.Step).Derive("gradient"));
        var values = new float[key.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(stream.NextGaussian() + 0.1);
        }

        return values;
    });
}
