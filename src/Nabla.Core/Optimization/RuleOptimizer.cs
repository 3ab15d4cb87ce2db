using Nabla.Engine;

namespace Nabla.Core;

/// <summary>
/// Runs rules over groups of parameters: element-wise ones fused on the CPU and by whole tensors elsewhere, rules on
/// whole tensors beside them.
/// </summary>
internal sealed class RuleOptimizer : Optimizer
{
    private readonly IReadOnlyList<ParameterGroup> _groups;
    private readonly List<OptimizedTensor> _tensors = [];
    private readonly List<WholeTensor> _wholes = [];
    private readonly List<TensorWork> _works = [];
    private readonly List<TensorWork> _fused = [];
    private readonly List<OptimizedTensor> _slow = [];
    private readonly FusedExecutor _executor;
    private readonly StepMemory _memory;
    private readonly ReductionSums _sums = new();
    private long _steps;
    private double _rateFactor = 1;
    private (double Factor, uint Flags, double[] Numbers, MomentWeights Moments)? _given;
    private int _passes;
    private bool _isPlanned;

    public RuleOptimizer(IReadOnlyList<ParameterGroup> groups, ExecutionOptions execution)
    {
        _groups = groups;
        CheckPrecision(groups, execution);
        var seen = new List<(nint First, nint Last, string Name)>();
        for (var g = 0; g < groups.Count; g++)
        {
            var method = Catalogue.MethodOf(groups[g].Options);
            foreach (var parameter in groups[g].Parameters)
            {
                if (IsAlias(parameter, seen))
                {
                    continue;
                }

                if (method is ElementwiseMethod elementwise)
                {
                    _tensors.Add(new OptimizedTensor(
                        parameter, groups[g], elementwise, g, execution.Lane, groups[g].Precision ?? execution.Precision));
                }
                else
                {
                    _wholes.Add(new WholeTensor(
                        parameter, groups[g], (TensorMethod)method, groups[g].Precision ?? execution.Precision));
                }
            }
        }

        StateRows.Allocate(_tensors);
        _executor = new FusedExecutor(execution.Threads, execution.Traffic);
        _memory = new StepMemory(_tensors);
    }

    private Dictionary<Parameter, OptimizedTensor> ByParameter => field ??= new(_tensors.Select(t => KeyValuePair.Create(t.Parameter, t)), ReferenceEqualityComparer.Instance);

    public override IReadOnlyList<ParameterGroup> Groups => _groups;

    public override long StepCount => _steps;

    public override IReadOnlyDictionary<string, double> Readings
    {
        get
        {
            var readings = new OrderedDictionary<string, double>(StringComparer.Ordinal);
            var rates = _groups.Select(g => RatedOptions.Of(g.Options)?.LearningRate * _rateFactor).ToArray();
            if (rates.FirstOrDefault(r => r is not null) is { } first)
            {
                readings.Add("learning rate", first);
            }

            // Groups that differ in something else, such as weight decay, need no curves of their own.
            for (var i = 0; i < rates.Length && rates.Distinct().Count() > 1; i++)
            {
                if (rates[i] is { } rate)
                {
                    readings.Add($"learning rate {i}", rate);
                }
            }

            return readings;
        }
    }

    /// <summary>Switches that a step turns on beside those of the options.</summary>
    public uint StepFlags { get; set; }

    /// <summary>Numbers for the rule to prepare a step with.</summary>
    public double[] StepNumbers { get; set; } = [];

    /// <summary>Numbers for the rule to prepare a step of single parameters with.</summary>
    public IReadOnlyDictionary<Parameter, double[]>? ParameterNumbers { get; set; }

    /// <summary>Whether a step leaves the sums of the rule as they are.</summary>
    public bool KeepsSums { get; set; }

    public override void Step(StepInputs? inputs = null) => Step(inputs, null, null);

    /// <summary>
    /// Makes a step with passes of others over the same parameters: before each chunk an update, behind it sums. Where they
    /// cannot share chunks, each takes its own pass; the bits are the same.
    /// </summary>
    /// <param name="inputs">Inputs of this step.</param>
    /// <param name="before">What is updated before, with the sums it has; changes states only. Null for nothing.</param>
    /// <param name="after">What is summed behind, in one pass; null for nothing.</param>
    public void Step(StepInputs? inputs, RuleOptimizer? before, RuleOptimizer? after)
    {
        var isMoving = false;
        var isJoined = false;
        try
        {
            Begin(inputs);
            if (!KeepsSums)
            {
                Reduce(inputs?.Loss);
            }

            _memory.Prepare(inputs?.Loss);
            foreach (var tensor in _slow)
            {
                tensor.Work.Method.PrepareStep(tensor.Work, inputs?.Loss);
            }

            isJoined = TryJoin(before, after);
            isMoving = true;
            if (!isJoined && before is not null)
            {
                before.KeepsSums = true;
                before.Step();
            }

            Narrow();
            _executor.UpdateAll();
            foreach (var tensor in _slow)
            {
                tensor.UpdateUnfused();
                tensor.Finish();
            }

            foreach (var whole in _wholes)
            {
                whole.Step(inputs?.Loss, FactorFor(inputs, whole.Parameter));
            }

            _steps++;
            if (isJoined)
            {
                if (before is not null)
                {
                    before._steps++;
                }

                after?._sums.Widen(after._works, 0);
            }
            else
            {
                after?.Measure();
            }
        }
        catch when (!isMoving)
        {
            // A rule refused the step, for example because it needs a loss: nothing has moved, so nothing is counted.
            Uncount();
            throw;
        }
        finally
        {
            End();
            if (isJoined)
            {
                foreach (var work in _works)
                {
                    (work.Before, work.After) = (null, null);
                }
            }
        }
    }

    /// <summary>The states that an update reads and writes, a bit each; the others are summed only.</summary>
    public uint UpdatedStates { get; set; } = uint.MaxValue;

    /// <summary>Sums what the rule asks for, and changes nothing but the count of steps of each parameter.</summary>
    public void Measure()
    {
        try
        {
            Begin(null);
            Reduce(null);
        }
        finally
        {
            End();
        }
    }

    /// <summary>A sum of the last step over all tensors; 0 when no parameter had a gradient.</summary>
    public double SumOf(int reduction) => _works.Count == 0 ? 0 : _works[0].Reductions[reduction];

    /// <summary>A sum of the last step over one parameter; 0 when it had no gradient.</summary>
    public double SumOf(int reduction, Parameter parameter) =>
        ByParameter.TryGetValue(parameter, out var tensor) && tensor.IsPlanned ? tensor.Work.Reductions[reduction] : 0;

    /// <summary>Whether the last step saw the parameter: it had a gradient and is no other's alias.</summary>
    public bool Saw(Parameter parameter) => ByParameter.TryGetValue(parameter, out var tensor) && tensor.IsPlanned;

    /// <summary>A state of a parameter; null where the options do not use it, or the parameter is another's alias.</summary>
    public Tensor? StateOf(int state, Parameter parameter) => ByParameter.GetValueOrDefault(parameter)?.StateAt(state);

    /// <summary>Throws when a checkpoint does not fit, before anything is changed.</summary>
    public void Check(StateReader reader)
    {
        _ = reader.Integer("steps");
        foreach (var tensor in _tensors)
        {
            tensor.Check(reader);
        }

        foreach (var whole in _wholes)
        {
            whole.Check(reader);
        }
    }

    /// <summary>Lets the chunks of others go along with those of this step; false where they are not the same.</summary>
    private bool TryJoin(RuleOptimizer? before, RuleOptimizer? after)
    {
        if ((before is null && after is null) || _slow.Count > 0 || _wholes.Count > 0)
        {
            return false;
        }

        before?.Begin(null);
        after?.Begin(null);
        if (!IsAlong(before) || !IsAlong(after))
        {
            before?.Uncount();
            before?.End();
            after?.Uncount();
            after?.End();
            return false;
        }

        before?._memory.Prepare(null);
        before?.Narrow();
        if (after is not null)
        {
            ReductionSums.Prepare(after._works, null, 0);
        }

        for (var i = 0; i < _works.Count; i++)
        {
            (_works[i].Before, _works[i].After) = (before?._works[i], after?._works[i]);
        }

        return true;
    }

    private bool IsAlong(RuleOptimizer? other)
    {
        if (other is null)
        {
            return true;
        }

        if (other._slow.Count > 0 || other._works.Count != _works.Count)
        {
            return false;
        }

        for (var i = 0; i < _works.Count; i++)
        {
            if (other._works[i].Parameter != _works[i].Parameter || other._works[i].Length != _works[i].Length)
            {
                return false;
            }
        }

        return true;
    }

    private void Uncount()
    {
        foreach (var work in _works)
        {
            work.Step--;
        }
    }

    private void Narrow()
    {
        if (UpdatedStates != uint.MaxValue)
        {
            foreach (var work in _works)
            {
                work.Active &= UpdatedStates;
            }
        }
    }

    private static double FactorFor(StepInputs? inputs, Parameter parameter) =>
        inputs is null ? 1 : inputs.RateFactor * (inputs.RateFactorOf?.Invoke(parameter) ?? 1);

    /// <summary>Finds the memory of every parameter that has a gradient.</summary>
    private void Begin(StepInputs? inputs)
    {
        _rateFactor = inputs?.RateFactor ?? 1;
        _slow.Clear();
        if (!_memory.Find(_executor.Team, isAlike: inputs?.RateFactorOf is null && ParameterNumbers is null) || !_isPlanned)
        {
            Plan();
        }

        Give(inputs);
    }

    /// <summary>Collects the tensors of this step and shares their memory out.</summary>
    private void Plan()
    {
        _isPlanned = false;
        _works.Clear();
        _fused.Clear();
        for (var i = 0; i < _tensors.Count; i++)
        {
            _tensors[i].IsPlanned = false;
            if (_memory.IsReady(i, out var work))
            {
                _tensors[i].IsPlanned = true;
                _works.Add(work);
                _fused.Add(work);
            }
            else if (!_memory.IsMissing(i))
            {
                // Before it begins: what it holds is given back even if that fails.
                _slow.Add(_tensors[i]);
                if (!_tensors[i].Begin())
                {
                    _slow.RemoveAt(_slow.Count - 1);
                    continue;
                }

                _tensors[i].IsPlanned = true;
                _works.Add(work);
                if (_tensors[i].IsFused)
                {
                    _fused.Add(work);
                }
            }
        }

        _executor.Plan(_fused);
        _passes = ReductionSums.Passes(_works);
        _isPlanned = true;
    }

    /// <summary>Gives every tensor what the caller wants of this step; that is mostly the same as in the step before.</summary>
    private void Give(StepInputs? inputs)
    {
        var moments = inputs?.Moments ?? MomentWeights.Usual;
        (double, uint, double[], MomentWeights)? given = inputs?.RateFactorOf is null && ParameterNumbers is null
            ? (_rateFactor, StepFlags, StepNumbers, moments)
            : null;
        if (given is not null && given == _given)
        {
            return;
        }

        foreach (var tensor in _tensors)
        {
            tensor.Work.RateFactor = FactorFor(inputs, tensor.Parameter);
            tensor.Work.StepFlags = StepFlags;
            tensor.Work.Inputs = StepNumbers;
            tensor.Work.ParameterInputs = ParameterNumbers?.GetValueOrDefault(tensor.Parameter) ?? [];
            tensor.Work.Moments = moments;
        }

        _given = given;
    }

    private void Reduce(double? loss)
    {
        for (var pass = 0; pass < _passes; pass++)
        {
            ReductionSums.Prepare(_works, loss, pass);
            _executor.ReduceTensors(pass);
            foreach (var tensor in _slow)
            {
                tensor.ReduceUnfused(pass);
            }

            _sums.Widen(_works, pass);
        }
    }

    private void End()
    {
        foreach (var tensor in _slow)
        {
            tensor.End();
        }
    }

    public override void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Integer("steps", _steps);
        foreach (var tensor in _tensors)
        {
            tensor.Save(writer);
        }

        foreach (var whole in _wholes)
        {
            whole.Save(writer);
        }
    }

    public override void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);

        // Everything is checked before anything is written, so that a refused checkpoint changes nothing.
        Check(reader);
        foreach (var tensor in _tensors)
        {
            tensor.Load(reader);
        }

        foreach (var whole in _wholes)
        {
            whole.Load(reader);
        }

        _steps = reader.Integer("steps");
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        _executor.Dispose();
        foreach (var tensor in _tensors)
        {
            tensor.Dispose();
        }

        foreach (var whole in _wholes)
        {
            whole.Dispose();
        }
    }

    private static void CheckPrecision(IReadOnlyList<ParameterGroup> groups, ExecutionOptions execution)
    {
        foreach (var alike in groups.GroupBy(g => g.Precision ?? execution.Precision, ReferenceEqualityComparer.Instance))
        {
            ((PrecisionOptions)alike.Key!).ThrowIfUnfit(
                [.. alike.SelectMany(g => g.Parameters.Select(p => (p, Catalogue.MethodOf(g.Options))))], execution.Lane);
        }
    }

    /// <summary>Whether the parameter is the same memory as an earlier one; a partial overlap is refused.</summary>
    private static bool IsAlias(Parameter parameter, List<(nint First, nint Last, string Name)> seen)
    {
        var value = parameter.Value;
        if (value.ElementCount == 0 || value.Device.Kind != DeviceKind.Cpu || !value.IsContiguous)
        {
            return false;
        }

        var first = value.DataPointer;
        var last = first + (nint)value.ByteCount;

        // Pieces of memory in order, none overlapping another: only the neighbours of a new one can touch it.
        var (low, high) = (0, seen.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = seen[middle].First < first ? (middle + 1, high) : (low, middle);
        }

        foreach (var other in seen.Skip(low - 1).Take(low == 0 ? 1 : 2))
        {
            if (other.First == first && other.Last == last)
            {
                return true;
            }

            if (first < other.Last && other.First < last)
            {
                throw new InvalidOperationException(
                    $"'{parameter.Name}' and '{other.Name}' share part of their memory. "
                    + "Register the whole tensor once, or copy one of them.");
            }
        }

        seen.Insert(low, (first, last, parameter.Name));
        return false;
    }
}
