using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Claims;

/// <summary>
/// Numbers that a method moves by gradients given to it, in double precision: what most claims about an update rule
/// need. Make it, use it and dispose it on one thread.
/// </summary>
public sealed class MovedNumbers : IDisposable
{
    private const string Name = "w";

    private readonly Parameter _parameter;
    private readonly Tensor _gradient;
    private readonly Optimizer _optimizer;
    private readonly double[] _values;

    /// <summary>Starts a method at the given numbers.</summary>
    /// <param name="options">The method, as the options of a catalogued one or a composed one.</param>
    /// <param name="start">Where the numbers start; one or more.</param>
    /// <param name="role">The role of the numbers, for methods that ask for one.</param>
    /// <param name="shape">Their shape, which holds as many; empty: one vector.</param>
    public MovedNumbers(
        MethodOptions options, ReadOnlySpan<double> start, ParameterRoles role = ParameterRoles.Vector, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(start.Length);
        using var scope = new TensorScope();
        _values = start.ToArray();
        long[] sizes = shape.IsEmpty ? [start.Length] : [.. shape];
        _parameter = new Parameter(Name, Tensor.From(start, sizes).Release(), role);
        _gradient = Tensor.Zeros(sizes, DType.Float64).Release();
        // One thread: claims are small, and several may run at once.
        _optimizer = Optimizer.Create(
            ParameterGroups.Of([_parameter]).AssignRest(options), new ExecutionOptions { Threads = 1 });
    }

    /// <summary>Where the numbers are.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Makes one step.</summary>
    /// <param name="gradient">As many numbers as there are values.</param>
    /// <param name="loss">The loss, for methods that use it.</param>
    /// <returns>Where the numbers are now.</returns>
    public ReadOnlySpan<double> Step(ReadOnlySpan<double> gradient, double? loss = null)
    {
        using var scope = new TensorScope();
        gradient.CopyTo(_gradient.AsSpan<double>());
        _parameter.Value.Gradient = _gradient;
        _optimizer.Step(new StepInputs(loss));
        _parameter.Value.AsSpan<double>().CopyTo(_values);
        return _values;
    }

    /// <summary>Makes one step and tells how far each number went.</summary>
    /// <param name="gradient">As many numbers as there are values.</param>
    /// <param name="loss">The loss, for methods that use it.</param>
    /// <returns>The values now less the values before.</returns>
    public double[] Move(ReadOnlySpan<double> gradient, double? loss = null)
    {
        var before = (double[])_values.Clone();
        Step(gradient, loss);
        for (var i = 0; i < before.Length; i++)
        {
            before[i] = _values[i] - before[i];
        }

        return before;
    }

    /// <summary>How many numbers the method keeps.</summary>
    public long StateNumbers
    {
        get
        {
            var writer = new StateWriter();
            _optimizer.Save(writer);
            return writer.Tensors.Sum(t => t.Value.ElementCount);
        }
    }

    /// <summary>A copy of a state of the method, one number a value.</summary>
    /// <param name="name">The state's name, such as <c>m</c>.</param>
    public double[] State(string name)
    {
        var writer = new StateWriter();
        _optimizer.Save(writer);
        var key = writer.Tensors.Single(t => t.Name.EndsWith("/" + name, StringComparison.Ordinal));
        return key.Value.ToDoubles();
    }

    /// <summary>Puts the method into a state, as if it had come there by steps.</summary>
    /// <param name="steps">The steps it has made.</param>
    /// <param name="states">A number for all elements of each state, by the state's name; others are zero.</param>
    /// <exception cref="ArgumentException">The method has no state of such a name.</exception>
    public void Restart(long steps, params ReadOnlySpan<(string Name, double Value)> states)
    {
        using var scope = new TensorScope();
        var writer = new StateWriter();
        _optimizer.Save(writer);
        foreach (var (state, _) in states)
        {
            if (!writer.Tensors.Any(t => t.Name.EndsWith("/" + state, StringComparison.Ordinal)))
            {
                throw new ArgumentException(
                    $"The method has no state '{state}'. Its states are {string.Join(", ", writer.Tensors.Select(t => t.Name))}.", nameof(states));
            }
        }

        var tensors = new List<(string, Tensor)>();
        foreach (var (name, held) in writer.Tensors)
        {
            var value = 0.0;
            foreach (var state in states)
            {
                value = name.EndsWith("/" + state.Name, StringComparison.Ordinal) ? state.Value : value;
            }

            tensors.Add((name, Tensor.Full(held.Shape, value, held.DType)));
        }

        _optimizer.Load(new StateReader(tensors, writer.Values.Select(v => (v.Name, v.Value is long ? steps : v.Value))));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        _parameter.Dispose();
        _gradient.Dispose();
    }
}
