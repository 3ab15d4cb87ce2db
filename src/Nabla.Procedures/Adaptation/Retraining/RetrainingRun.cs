using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>
/// A run of retraining: rounds over all tasks, in their order, until it is told to stop. Saving holds the base, what belongs
/// to single tasks, all optimizers and the positions in the data, so that a resumed run is equal to the bit.
/// </summary>
public abstract class RetrainingRun : IDisposable, IStateful
{
    private readonly Optimizer _base;
    private readonly Optimizer?[] _own;
    private readonly IReadOnlyList<Parameter>[] _ownParameters;
    private readonly double[] _losses;
    private long _rounds;

    private protected RetrainingRun(
        Module model,
        IReadOnlyList<IAdaptationTask> tasks,
        MethodOptions optimizer,
        MethodOptions? taskOptimizer,
        Seed seed,
        IReadOnlyList<IModelAdapter>? adapters = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(optimizer);
        if (tasks.Count == 0)
        {
            throw new ArgumentException("There are no tasks; retraining needs at least one.", nameof(tasks));
        }

        (Model, Tasks, Adapters) = (model, tasks, adapters);
        _losses = new double[tasks.Count];
        _base = Create(model.Parameters, optimizer);
        _own = new Optimizer?[tasks.Count];
        _ownParameters = new IReadOnlyList<Parameter>[tasks.Count];
        var names = model.Parameters.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < tasks.Count; i++)
        {
            _ownParameters[i] = [.. tasks[i].Parameters, .. adapters?[i].Parameters ?? []];
            if (tasks[i].Parameters.FirstOrDefault(p => names.Contains(p.Name)) is { } clash)
            {
                throw new ArgumentException(
                    $"'{clash.Name}' of task '{tasks[i].Name}' has the name of a parameter of the base. Give it another.", nameof(tasks));
            }

            if (_ownParameters[i].Count > 0)
            {
                _own[i] = Create(_ownParameters[i], taskOptimizer ?? optimizer);
            }
        }

        TorchGenerator.Default.ManualSeed(seed.Derive("torch").Value);
    }

    /// <summary>Rounds made.</summary>
    public long Round { get; private set; }

    /// <summary>Gradients of batches, and products with second derivatives; these cost two to three gradients each.</summary>
    public QueryCounts Counts { get; private set; }

    private protected Module Model { get; }

    private protected IReadOnlyList<IAdaptationTask> Tasks { get; }

    private protected IReadOnlyList<IModelAdapter>? Adapters { get; }

    private protected IReadOnlyList<double> Losses => _losses;

    /// <summary>Makes rounds until told to stop; called again it goes on.</summary>
    /// <param name="stop">When to end.</param>
    /// <param name="progress">Told after each round; null: nobody.</param>
    /// <returns>Why it ended, losses and counts. What is not finite ends the run; the step that would use it is not made.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not allowed.</exception>
    public RetrainingResult Run(RetrainingStop stop, IProgress<RetrainingProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(stop);
        stop.ThrowIfInvalid();
        _rounds = stop.Rounds;
        var training = Model.Training;
        Model.Training = true;
        try
        {
            return new RetrainingResult(Rounds(stop, progress), Round, [.. _losses], Counts);
        }
        finally
        {
            Model.Training = training;
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Integer("round", Round);
        writer.Integer("gradients", Counts.Gradients);
        writer.Integer("products", Counts.Products);
        writer.Text("generator", Convert.ToBase64String(TorchGenerator.Default.GetState()));
        SaveParameters(writer.Part("base"), Model.Parameters);
        _base.Save(writer.Part("optimizer"));
        for (var i = 0; i < Tasks.Count; i++)
        {
            var part = writer.Part("task" + i.ToString(CultureInfo.InvariantCulture));
            SaveParameters(part.Part("own"), _ownParameters[i]);
            _own[i]?.Save(part.Part("optimizer"));
            Tasks[i].Save(part.Part("data"));
        }
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Round = reader.Integer("round");
        Counts = new QueryCounts(0, reader.Integer("gradients"), reader.Integer("products"));
        LoadParameters(reader.Part("base"), Model.Parameters);
        _base.Load(reader.Part("optimizer"));
        for (var i = 0; i < Tasks.Count; i++)
        {
            var part = reader.Part("task" + i.ToString(CultureInfo.InvariantCulture));
            LoadParameters(part.Part("own"), _ownParameters[i]);
            _own[i]?.Load(part.Part("optimizer"));
            Tasks[i].Load(part.Part("data"));
        }

        try
        {
            TorchGenerator.Default.SetState(Convert.FromBase64String(reader.Text("generator")));
        }
        catch (Exception problem) when (problem is FormatException or EngineException)
        {
            throw new CheckpointException("The checkpoint's state of the random generator is not readable.", problem);
        }
    }

    /// <summary>Drops the adapters and frees all optimizers; the base stays as it is.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the run owns.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        foreach (var adapter in Adapters ?? [])
        {
            adapter.Dispose();
        }

        _base.Dispose();
        foreach (var own in _own)
        {
            own?.Dispose();
        }

        foreach (var parameter in Model.Parameters)
        {
            parameter.Value.Gradient = null;
        }
    }

    private protected abstract void OneRound();

    /// <summary>The loss of the next batch of a task, with gradients added to all parameters that it reaches.</summary>
    private protected void Backward(int task)
    {
        using var batch = Tasks[task].NextBatch();
        Backward(task, batch);
    }

    /// <summary>The same for the batch that the task gives after inner steps.</summary>
    private protected void QueryBackward(int task)
    {
        using var batch = Tasks[task].NextQuery();
        Backward(task, batch);
    }

    private protected void Backward(int task, Batch batch)
    {
        using var scope = new TensorScope();
        var loss = Tasks[task].Loss(Model, batch);
        var value = loss.Item();
        if (!double.IsFinite(value))
        {
            throw new NonFiniteException($"The loss of task '{Tasks[task].Name}' was {value}");
        }

        loss.Backward();
        ThrowIfNotFinite(Model.Parameters, "the base");
        ThrowIfNotFinite(_ownParameters[task], $"task '{Tasks[task].Name}'");
        _losses[task] = value;
        Counts += new QueryCounts(0, 1, 0);
    }

    private protected void CountProduct() => Counts += new QueryCounts(0, 0, 1);

    private protected void ForgetGradients(int task)
    {
        _base.ZeroGradients();
        _own[task]?.ZeroGradients();
    }

    /// <summary>A step of the base.</summary>
    /// <param name="loss">The loss the gradients belong to, if they belong to one.</param>
    /// <param name="stepsARound">How many such steps a round makes, for schedules.</param>
    private protected void StepBase(double? loss, int stepsARound)
    {
        ThrowIfNotFinite(Model.Parameters, "the base");
        _base.Step(new StepInputs(loss) { TotalSteps = _rounds * stepsARound });
    }

    /// <summary>A step of what belongs to a task alone.</summary>
    private protected void StepOwn(int task, int stepsARound) =>
        _own[task]?.Step(new StepInputs(_losses[task]) { TotalSteps = _rounds * stepsARound });

    internal static Optimizer Create(IReadOnlyList<Parameter> parameters, MethodOptions options)
    {
        var optimizer = Optimizer.Create(ParameterGroups.Usual(parameters, options));
        if (!optimizer.UsesOracle)
        {
            return optimizer;
        }

        optimizer.Dispose();
        throw new OptionException(
            "The method asks for gradients at other points, which training on single tasks does not give. Use one that makes its step from the gradient alone.",
            nameof(optimizer),
            options);
    }

    private static void ThrowIfNotFinite(IReadOnlyList<Parameter> parameters, string of)
    {
        using var scope = new TensorScope();
        if (parameters.FirstOrDefault(p => p.Gradient is { } gradient && !TensorValues.AreFinite(gradient)) is { } bad)
        {
            throw new NonFiniteException($"The gradient of '{bad.Name}' of {of} was not finite");
        }
    }

    internal static void SaveParameters(StateWriter writer, IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            writer.Tensor(parameter.Name, parameter.Value);
        }
    }

    internal static void LoadParameters(StateReader reader, IReadOnlyList<Parameter> parameters)
    {
        using var mode = GradMode.Disable();
        foreach (var parameter in parameters)
        {
            var saved = reader.Tensor(parameter.Name);
            if (!saved.Shape.AsSpan().SequenceEqual(parameter.Value.Shape))
            {
                throw new CheckpointException(
                    $"The checkpoint's '{parameter.Name}' is [{string.Join(", ", saved.Shape)}], the model's [{string.Join(", ", parameter.Value.Shape)}]. "
                    + "Build the same model and adapters, or start anew.");
            }

            parameter.Value.CopyFrom(saved);
        }
    }

    private Ending Rounds(RetrainingStop stop, IProgress<RetrainingProgress>? progress)
    {
        while (true)
        {
            if (Round >= stop.Rounds)
            {
                return new Ending(EndingKind.Completed, string.Create(CultureInfo.InvariantCulture, $"All {stop.Rounds} rounds were made."));
            }

            if (Counts.Gradients >= stop.Gradients)
            {
                return new Ending(
                    EndingKind.BudgetExhausted,
                    string.Create(CultureInfo.InvariantCulture, $"{Counts.Gradients} gradients were taken in {Round} rounds. Raise RetrainingStop.Gradients to go on."));
            }

            if (stop.CancellationToken.IsCancellationRequested)
            {
                return new Ending(
                    EndingKind.Cancelled, string.Create(CultureInfo.InvariantCulture, $"Cancelled after round {Round}. Run again to go on."));
            }

            try
            {
                OneRound();
            }
            catch (NonFiniteException problem)
            {
                return new Ending(
                    EndingKind.NonFinite,
                    string.Create(CultureInfo.InvariantCulture, $"{problem.Message.TrimEnd('.')} in round {Round + 1}; the step was not made. ")
                    + "Lower the learning rate, or clip gradients.");
            }
            finally
            {
                for (var i = 0; i < Tasks.Count; i++)
                {
                    ForgetGradients(i);
                }
            }

            Round++;
            progress?.Report(new RetrainingProgress(Round, [.. _losses], Counts));
        }
    }
}
