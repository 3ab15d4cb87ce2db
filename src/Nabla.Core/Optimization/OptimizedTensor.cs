using Nabla.Engine;

namespace Nabla.Core;

/// <summary>One parameter with its state, and how a step reaches its memory.</summary>
internal sealed class OptimizedTensor : IDisposable
{
    private readonly Parameter _parameter;
    private readonly ParameterGroup _group;
    private readonly ElementwiseMethod _method;
    private readonly LaneKind _wanted;
    private readonly PrecisionOptions _precision;
    private readonly Tensor?[] _states;
    private readonly MasterCopy? _master;
    private Tensor? _contiguous;
    private Tensor? _gradient;
    private bool _hasNarrowStates;

    public OptimizedTensor(
        Parameter parameter,
        ParameterGroup group,
        ElementwiseMethod method,
        int index,
        LaneKind wanted,
        PrecisionOptions precision)
    {
        _precision = precision;
        _parameter = parameter;
        _group = group;
        _method = method;
        _wanted = wanted;
        StateKeys.ThrowIfTaken(method.RuleType, method.StateNames);
        _states = new Tensor?[method.StateNames.Count];
        Work = new TensorWork(method, index) { Options = group.Options, Rated = group.Rated };
        if (wanted == LaneKind.Double && parameter.Value.DType != DType.Float64)
        {
            throw new InvalidOperationException(
                $"'{parameter.Name}' is {parameter.Value.DType}; the double lane runs on Float64 parameters only. Choose LaneKind.Auto.");
        }

        if (parameter.Value.DType is not (DType.Float32 or DType.Float64 or DType.BFloat16 or DType.Float16))
        {
            throw new InvalidOperationException(
                $"'{parameter.Name}' is {parameter.Value.DType}; only floating-point parameters can be optimized. Freeze it.");
        }

        _master = MasterCopy.Of(parameter, precision);
    }

    public TensorWork Work { get; }

    public bool IsFused { get; private set; }

    /// <summary>Whether the tensor has a gradient in this step.</summary>
    public bool IsPlanned { get; set; }

    private DType WorkType => _parameter.Value.DType == DType.Float64 ? DType.Float64 : DType.Float32;

    public Tensor Value => _parameter.Value;

    public Parameter Parameter => _parameter;

    /// <summary>A state by its place; null when the options do not use it.</summary>
    public Tensor? StateAt(int state) => _states[state];

    /// <summary>
    /// Takes the memory that was found for all tensors at once; false when this step needs <see cref="Begin"/>. Touches
    /// nothing but this tensor, so that several threads can do it for many.
    /// </summary>
    public bool TryBegin(in GradientMemory memory)
    {
        var (type, gradient) = (memory.ParameterType, memory.GradientType);
        if (_wanted == LaneKind.Tensor || (type == DType.Float64) != (gradient == DType.Float64)
            || !ReferenceEquals(Work.Options, _group.Options.OwnOptions))
        {
            return false;
        }

        Work.Parameter = memory.Parameter;
        Work.Gradient = memory.Gradient;
        BeginFused(memory.ElementCount, type, gradient);
        return true;
    }

    /// <summary>Whether the options use a state that is not there yet.</summary>
    public bool Lacks(int state) => state < _states.Length && _states[state] is null
        && (_method.ActiveStates(_group.Options.OwnOptions) >> state & 1) != 0;

    /// <summary>Makes a state that is lacking.</summary>
    public void AllocateState(int state) =>
        TakeState(state, Tensor.Zeros(_parameter.Value.Shape, TypeOf(state), _parameter.Value.Device));

    /// <summary>Takes zeros of the parameter's shape as a state that is lacking.</summary>
    public void TakeState(int state, Tensor zeros)
    {
        _states[state] = Owned(zeros);

        // Nothing moves a state: it belongs to this object, and a checkpoint is copied into it.
        Work.States[state] = zeros.DataPointer;
        _hasNarrowStates |= zeros.DType is not (DType.Float32 or DType.Float64);
    }

    /// <summary>The element type of a state.</summary>
    public DType TypeOf(int state) => WorkType == DType.Float64
        ? DType.Float64
        : _precision.States.GetValueOrDefault(_method.StateNames[state], DType.Float32);

    /// <summary>Finds memory and lane for this step; false when there is no gradient.</summary>
    public bool Begin()
    {
        var value = _parameter.Value;
        if (value.Gradient is not { } gradient)
        {
            return false;
        }

        // Kept outside the caller's scope: it is given back at the end of this very step.
        _gradient = gradient.Release();
        if (!ReferenceEquals(Work.Options, _group.Options.OwnOptions))
        {
            Work.Options = _group.Options;
            AllocateStates();
        }

        IsFused = _wanted != LaneKind.Tensor && value.Device.Kind == DeviceKind.Cpu
            && (value.DType == DType.Float64) == (gradient.DType == DType.Float64);
        if (!IsFused)
        {
            BeginStep(value.ElementCount);
            return true;
        }

        if (value.IsContiguous)
        {
            Work.Parameter = value.DataPointer;
        }
        else
        {
            _contiguous ??= Owned(Tensor.Zeros(value.Shape, value.DType));
            _contiguous.CopyFrom(value);
            Work.Parameter = _contiguous.DataPointer;
        }

        var gradientType = gradient.DType;
        if (!gradient.IsContiguous)
        {
            var copy = Owned(Tensor.Zeros(value.Shape, gradientType));
            copy.CopyFrom(gradient);
            _gradient.Dispose();
            _gradient = copy;
        }

        Work.Gradient = _gradient.DataPointer;
        BeginFused(value.ElementCount, value.DType, gradientType);
        return true;
    }

    /// <summary>Writes the sums the rule asked for, when no fused pass does.</summary>
    public void ReduceUnfused(int pass)
    {
        if (IsFused || pass >= _method.PassCount)
        {
            return;
        }

        using var scope = new TensorScope();
        using var noGrad = GradMode.Disable();
        var (parameter, gradient) = (WideParameter(), Wide(_gradient!));
        var state = Held();
        var scalars = ScalarSets<TensorLane>.ArrayOf(Work);
        for (var i = 0; i < Work.Reductions.Length; i++)
        {
            if (_method.Reductions[i].Pass != pass)
            {
                continue;
            }

            var summand = _method.Kernel.SummandOfTensors(
                _method.KernelReduction(i), new(parameter, 0), new(gradient, 0), in state, scalars);
            Work.Reductions[i] = summand.Value?.ToDoubles().Sum() ?? summand.Number * parameter.ElementCount;
        }
    }

    /// <summary>Makes the step with whole tensors, when no fused pass does.</summary>
    public void UpdateUnfused()
    {
        if (IsFused)
        {
            return;
        }

        using var scope = new TensorScope();
        using var noGrad = GradMode.Disable();
        var parameter = new TensorLane(WideParameter(), 0);
        var state = Held();
        var (before, held) = (parameter.Value!, state);
        var scalars = ScalarSets<TensorLane>.ArrayOf(Work);
        _method.Kernel.UpdateTensors(ref parameter, new(Wide(_gradient!), 0), ref state, scalars);

        // A rule may hand the parameter to a state, or one state to another: what is written here first is read later.
        for (var i = 0; i < _states.Length; i++)
        {
            ref var slot = ref Slot(ref state, i);
            slot = Apart(slot, Slot(ref held, i).Value, before, held);
        }

        parameter = Apart(parameter, before, before, held);
        for (var i = 0; i < _states.Length; i++)
        {
            if (_states[i] is { } target && Uses(i))
            {
                Write(target, Slot(ref state, i));
            }
        }

        if (_master is not null && parameter.Value is { } next)
        {
            _master.Write(next);
        }
        else
        {
            Write(_parameter.Value, parameter);
        }
    }

    /// <summary>The lane, copied where it is memory that another one is written to.</summary>
    private TensorLane Apart(TensorLane lane, Tensor? own, Tensor parameter, State<TensorLane> held)
    {
        if (lane.Value is not { } value || ReferenceEquals(value, own))
        {
            return lane;
        }

        var isHeld = ReferenceEquals(value, parameter);
        for (var i = 0; i < _states.Length; i++)
        {
            isHeld |= ReferenceEquals(value, Slot(ref held, i).Value);
        }

        return isHeld ? new(value.Clone(), 0) : lane;
    }

    /// <summary>Brings a copy back to a parameter that does not lie in one piece.</summary>
    public void Finish()
    {
        if (IsFused && _contiguous is { } copy && !_parameter.Value.IsContiguous)
        {
            _parameter.Value.CopyFrom(copy);
        }
    }

    /// <summary>Gives the gradient back.</summary>
    public void End()
    {
        _gradient?.Dispose();
        _gradient = null;
    }

    public void Save(StateWriter writer)
    {
        writer.Integer($"{_parameter.Name}/{StateKeys.Steps}", Work.Step);
        _master?.Save(writer);
        for (var i = 0; i < _states.Length; i++)
        {
            if (_states[i] is { } held)
            {
                writer.Tensor(Key(i), held);
            }
        }
    }

    public void Check(StateReader reader)
    {
        _ = reader.Integer($"{_parameter.Name}/{StateKeys.Steps}");
        MasterCopy.Check(reader, _parameter, _master);
        for (var i = 0; i < _states.Length; i++)
        {
            if (_states[i] is not { } held)
            {
                continue;
            }

            CheckOne(reader.Tensor(Key(i)), held, _method.StateNames[i]);
        }
    }

    public void Load(StateReader reader)
    {
        Work.Step = reader.Integer($"{_parameter.Name}/{StateKeys.Steps}");
        _master?.Load(reader);
        for (var i = 0; i < _states.Length; i++)
        {
            _states[i]?.CopyFrom(reader.Tensor(Key(i)));
        }
    }

    public void Dispose()
    {
        End();
        _contiguous?.Dispose();
        _master?.Dispose();
        foreach (var state in _states)
        {
            state?.Dispose();
        }
    }

    private void BeginStep(long length)
    {
        Work.Length = length;
        Work.Step++;
        Work.Active = _method.ActiveStates(Work.Options);
    }

    private void BeginFused(long length, DType type, DType gradient)
    {
        BeginStep(length);
        IsFused = true;
        Work.Lane = type == DType.Float64 ? LaneKind.Double : _wanted == LaneKind.Auto ? FusedExecutor.Widest : _wanted;
        Work.Staging = Staged(type, gradient);
    }

    private static string Shape(Tensor tensor) => tensor.Rank == 0 ? "()" : string.Join('×', tensor.Shape);

    private static Tensor Owned(Tensor tensor) => tensor.Release();

    private static void Write(Tensor target, TensorLane value)
    {
        if (value.Value is null)
        {
            target.Fill(value.Number);
        }
        else if (!ReferenceEquals(value.Value, target))
        {
            target.CopyFrom(value.Value);
        }
    }

    private static ref TensorLane Slot(ref State<TensorLane> state, int index) =>
        ref System.Runtime.CompilerServices.Unsafe.Add(ref state.Slot0, index);

    private State<TensorLane> Held()
    {
        var state = default(State<TensorLane>);
        for (var i = 0; i < _states.Length; i++)
        {
            if (_states[i] is { } held && Uses(i))
            {
                Slot(ref state, i) = new(Wide(held), 0);
            }
        }

        return state;
    }

    private string Key(int state) => $"{_parameter.Name}/{_method.StateNames[state]}";

    /// <summary>How this step passes through the fused loop when not everything is float32.</summary>
    private Staging? Staged(DType type, DType gradient)
    {
        if (type == DType.Float64 || (type == DType.Float32 && gradient == DType.Float32 && !_hasNarrowStates))
        {
            return null;
        }

        var staging = Work.Staging ?? new Staging();
        staging.ParameterType = type;
        staging.GradientType = gradient;
        staging.Master = _master?.DataPointer ?? 0;
        for (var i = 0; i < _states.Length; i++)
        {
            staging.StateTypes[i] = TypeOf(i);
        }

        if (_precision.StochasticRounding)
        {
            var seed = Seed.From(_precision.Seed).Derive(_parameter.Name).Derive(Work.Step);
            staging.Keys ??= new ulong[1 + State<DoubleLane>.Capacity];
            for (var i = 0; i < staging.Keys.Length; i++)
            {
                staging.Keys[i] = seed.Derive(i).Value;
            }
        }

        return staging;
    }

    private void CheckOne(Tensor saved, Tensor held, string name)
    {
        if (!saved.Shape.AsSpan().SequenceEqual(held.Shape) || saved.DType != held.DType)
        {
            throw new CheckpointException(
                $"The checkpoint holds '{name}' for '{_parameter.Name}' as {saved.DType} with shape {Shape(saved)}; "
                + $"the model has {held.DType} with shape {Shape(held)}. Build the model it was saved from.");
        }
    }

    private Tensor WideParameter() => _master?.Followed() ?? Wide(_parameter.Value);

    private bool Uses(int state) => (Work.Active >> state & 1) != 0;

    // Low-precision tensors are updated in float32: a small step would vanish in their rounding before it is summed.
    private Tensor Wide(Tensor tensor)
    {
        if (tensor.DType == WorkType)
        {
            return tensor;
        }

        var wide = Tensor.Zeros(tensor.Shape, WorkType, tensor.Device);
        wide.CopyFrom(tensor);
        return wide;
    }

    private void AllocateStates()
    {
        for (var i = 0; i < _states.Length; i++)
        {
            if (Lacks(i))
            {
                AllocateState(i);
            }
        }
    }
}
