using System.Runtime.CompilerServices;
using Nabla.Engine;

namespace Nabla.Core;

/// <summary>Runs a method on given gradients and reports the parameters after each step.</summary>
public static class TraceRunner
{
    /// <summary>Runs the trace; the double and float lanes of element-wise rules need no libtorch.</summary>
    /// <exception cref="OptionException">Method, settings or lane are wrong.</exception>
    /// <exception cref="ArgumentException">Parameters, gradients or losses do not fit each other.</exception>
    public static TraceResult Run(TraceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var method = Catalogue.Find(request.Optimizer);
        var options = method.CreateOptions(request.Settings);
        Check(request);
        CheckRoles(request, method);
        var rule = options is WrappedOptions { IsAdapted: true } ? null : Catalogue.MethodOf(options);
        var steps = (request.Lane, rule) switch
        {
            (LaneKind.Double, ElementwiseMethod alone) => OnArrays<double>(request, options, alone),
            (LaneKind.Float or LaneKind.Vector256 or LaneKind.Vector512, ElementwiseMethod alone) =>
                OnArrays<float>(request, options, alone),
            (LaneKind.Double, _) => OnTensors(request, options, DType.Float64),
            (LaneKind.Tensor or LaneKind.Float or LaneKind.Vector256 or LaneKind.Vector512, _) =>
                OnTensors(request, options, DType.Float32),
            _ => throw new OptionException(
                $"The lane was {request.Lane}; a trace runs on float, double or tensor.", "lane", request.Lane),
        };
        return new TraceResult(method.Name, method.ValuesOf(options), steps);
    }

    private static void Check(TraceRequest request)
    {
        var lengths = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var parameter in request.Parameters)
        {
            var count = 1L;
            foreach (var size in parameter.Shape)
            {
                count = size < 0 || (size > 0 && count > int.MaxValue / size) ? -1 : count * size;
                if (count < 0)
                {
                    break;
                }
            }

            if (count != parameter.Values.Length)
            {
                throw new ArgumentException(
                    $"Parameter '{parameter.Name}' has {parameter.Values.Length} values, which do not fill its shape "
                    + $"[{string.Join(", ", parameter.Shape)}]. Give as many values as the shape has elements.",
                    nameof(request));
            }

            if (parameter.Curvature is { } curvature && curvature.Length != parameter.Values.Length)
            {
                throw new ArgumentException(
                    $"The curvature of '{parameter.Name}' has {curvature.Length} values; the parameter has {parameter.Values.Length}.",
                    nameof(request));
            }

            if (!lengths.TryAdd(parameter.Name, parameter.Values.Length))
            {
                throw new ArgumentException($"Parameter '{parameter.Name}' is given twice. Give each its own name.", nameof(request));
            }
        }

        for (var step = 0; step < request.Gradients.Count; step++)
        {
            foreach (var (name, values) in request.Gradients[step])
            {
                if (!lengths.TryGetValue(name, out var length))
                {
                    throw new ArgumentException(
                        $"Step {step + 1} has a gradient for '{name}', which is no parameter. "
                        + $"The parameters are {string.Join(", ", lengths.Keys)}.",
                        nameof(request));
                }

                if (values.Length != length)
                {
                    throw new ArgumentException(
                        $"The gradient of '{name}' in step {step + 1} has {values.Length} values; the parameter has {length}.",
                        nameof(request));
                }
            }
        }

        if (request.Losses is { } losses && losses.Count != request.Gradients.Count)
        {
            throw new ArgumentException(
                $"There are {losses.Count} losses for {request.Gradients.Count} steps. Give one loss a step, or none.",
                nameof(request));
        }
    }

    // A training gives such parameters to a companion; a trace shows one method.
    private static void CheckRoles(TraceRequest request, MethodDescriptor method)
    {
        var others = request.Parameters.Where(p => (Role(p.Shape) & method.Roles) == 0).ToArray();
        if (others.Length > 0)
        {
            throw new OptionException(
                $"{method.Name} takes parameters of role {method.Roles} only, and "
                + string.Join(", ", others.Select(p => $"'{p.Name}' ({(p.Shape.Length == 0 ? "no shape" : string.Join('×', p.Shape))}) is of role {Role(p.Shape)}"))
                + ". Leave them out of the trace, or trace them with another method such as adamw.",
                "optimizer",
                method.Name);
        }
    }

    private static List<IReadOnlyDictionary<string, double[]>> OnArrays<T>(
        TraceRequest request,
        MethodOptions options,
        ElementwiseMethod method)
        where T : unmanaged
    {
        var isDouble = typeof(T) == typeof(double);
        var works = new List<TensorWork>();
        var parameters = new List<T[]>();
        var gradients = new List<T[]>();
        var states = new List<T[]>();
        var active = method.ActiveStates(options);
        foreach (var parameter in request.Parameters)
        {
            var work = new TensorWork(method, 0)
            {
                Lane = request.Lane,
                Length = parameter.Values.Length,
                Options = options,
                Active = active,
            };
            parameters.Add(Pinned<T>(parameter.Values.Length));
            gradients.Add(Pinned<T>(parameter.Values.Length));
            Copy(parameter.Values, parameters[^1]);
            work.Parameter = Address(parameters[^1]);
            work.Gradient = Address(gradients[^1]);
            for (var i = 0; i < method.StateNames.Count; i++)
            {
                states.Add(Pinned<T>(parameter.Values.Length));
                work.States[i] = Address(states[^1]);
            }

            works.Add(work);
        }

        using var executor = new FusedExecutor(1);
        var sums = new ReductionSums();
        var result = new List<IReadOnlyDictionary<string, double[]>>();
        for (var step = 0; step < request.Gradients.Count; step++)
        {
            var now = new List<TensorWork>();
            for (var i = 0; i < works.Count; i++)
            {
                if (request.Gradients[step].TryGetValue(request.Parameters[i].Name, out var values))
                {
                    Copy(values, gradients[i]);
                    works[i].Step++;
                    now.Add(works[i]);
                }
            }

            executor.Plan(now);
            var passes = ReductionSums.Passes(now);
            for (var pass = 0; pass < passes; pass++)
            {
                ReductionSums.Prepare(now, request.Losses?[step], pass);
                executor.ReduceTensors(pass);
                sums.Widen(now, pass);
            }

            foreach (var work in now)
            {
                method.PrepareStep(work, request.Losses?[step]);
            }

            executor.UpdateAll();
            var after = new OrderedDictionary<string, double[]>(StringComparer.Ordinal);
            for (var i = 0; i < works.Count; i++)
            {
                var values = parameters[i];
                after.Add(
                    request.Parameters[i].Name,
                    [.. values.Select(v => isDouble ? Unsafe.BitCast<T, double>(v) : Unsafe.BitCast<T, float>(v))]);
            }

            result.Add(after);
        }

        // Addresses alone do not keep arrays alive.
        GC.KeepAlive(parameters);
        GC.KeepAlive(gradients);
        GC.KeepAlive(states);
        return result;
    }

    private static List<IReadOnlyDictionary<string, double[]>> OnTensors(
        TraceRequest request, MethodOptions options, DType type)
    {
        // A rule on whole tensors runs through libtorch anyhow; an adapter may have an element-wise rule inside.
        var lane = options is WrappedOptions ? request.Lane : LaneKind.Tensor;
        using var scope = new TensorScope();
        Parameter[] parameters =
        [
            .. request.Parameters.Select(p =>
                new Parameter(p.Name, Tensor.From<double>(p.Values, p.Shape).To(type), Role(p.Shape))),
        ];
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of(parameters).AssignRest(options), new ExecutionOptions { Lane = lane, Threads = 1 });
        var result = new List<IReadOnlyDictionary<string, double[]>>();
        for (var step = 0; step < request.Gradients.Count; step++)
        {
            using var inner = new TensorScope();
            var oracle = new TraceOracle(parameters, request.Parameters, request.Gradients[step], request.Losses?[step]);
            optimizer.Step(new StepInputs(request.Losses?[step]) { Oracle = oracle, TotalSteps = request.Gradients.Count });
            using var weights = request.EvaluationWeights ? optimizer.UseEvaluationWeights() : null;
            var after = new OrderedDictionary<string, double[]>(StringComparer.Ordinal);
            foreach (var parameter in parameters)
            {
                using var detached = parameter.Value.Detach();
                after.Add(parameter.Name, detached.ToDoubles());
            }

            result.Add(after);
        }

        return result;
    }

    // What a parameter of this shape usually is; a trace knows no more.
    private static ParameterRoles Role(long[] shape) => shape.Length switch
    {
        0 => ParameterRoles.Scalar,
        1 => ParameterRoles.Vector,
        2 => ParameterRoles.Matrix,
        _ => ParameterRoles.Convolution,
    };

    private static T[] Pinned<T>(int length)
        where T : unmanaged
    {
        var array = GC.AllocateArray<T>(length, pinned: true);
        array.AsSpan().Clear();
        return array;
    }

    private static unsafe nint Address<T>(T[] pinned)
        where T : unmanaged => (nint)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(pinned));

    private static void Copy<T>(double[] from, T[] to)
        where T : unmanaged
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = typeof(T) == typeof(double) ? Unsafe.BitCast<double, T>(from[i]) : Unsafe.BitCast<float, T>((float)from[i]);
        }
    }
}
