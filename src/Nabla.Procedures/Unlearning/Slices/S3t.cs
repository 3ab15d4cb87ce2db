using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Sequence-aware sharded sliced training: models in which each layer's adapter has seen a known part of the data, so that a
/// deletion is served by taking adapters away, exactly as if the examples had never been there.
/// </summary>
/// <remarks>
/// <para>Update: the base rests. The adapter of the top layer learns the first slice of a sequence, that of the next layer down
/// the first two, and so on, each while those before it stand still. A deletion in the slice at place i takes the adapters from
/// the i-th on away. Each shard has several models with rotated sequences and answers by the one with most adapters left; the
/// outputs of the shards are averaged.</para>
/// <para>Needs: a base model with as many adaptable layers as there are to be slices, and models × stages of training.</para>
/// <para>Choose it: before training, where deletions must be exact and many will come.</para>
/// </remarks>
[Method(
    "s3t",
    Family.Unlearning,
    Paper = "arXiv:2406.16257",
    Title = "Towards Scalable Exact Machine Unlearning Using Parameter-Efficient Fine-Tuning")]
[Departs("Sequences are rotations, which the paper chooses where nothing is known of what will be deleted; its matching of sequences to known deletion rates is not here.")]
[Departs("Outputs of shards are averaged, not voted on.")]
public sealed class S3t : ICataloguedMethod<S3tOptions>, IDisposable
{
    private readonly LoraAdapter[,][] _adapters;

    private S3t(Module model, SliceSchedule schedule, LoraAdapter[,][] adapters) => (Model, Schedule, _adapters) = (model, schedule, adapters);

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "stage i of a model: min over the adapter of layer i from the top of J(slices 1 .. i of its sequence), adapters 1 .. i-1 fixed",
        "deletion in the slice at place i: adapters i, i+1, ... of that model are taken away",
        "output = mean over shards of the output of the model with most adapters",
    ];

    /// <summary>The base; owned by the caller.</summary>
    public Module Model { get; }

    /// <summary>Who lies where, and what is left.</summary>
    public SliceSchedule Schedule { get; }

    /// <summary>Trains all models of all shards.</summary>
    /// <param name="model">The base; its parameters rest.</param>
    /// <param name="layers">Names of adaptable layers, the top one first; one for each slice.</param>
    /// <param name="examples">How many examples there are.</param>
    /// <param name="loss">The mean loss of the model on examples, a scalar with its graph.</param>
    /// <param name="options">Shards, sequences and ranks.</param>
    /// <param name="budget">Optimizer, passes of a stage over its slices, batch size and seed.</param>
    /// <returns>The trained models; disposing them leaves the base as it was.</returns>
    /// <exception cref="ArgumentException">There are too few examples or layers, or a name is that of no layer.</exception>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public static S3t Train(
        Module model, IReadOnlyList<string> layers, int examples, Func<IReadOnlyList<int>, Tensor> loss, S3tOptions options, UnlearningBudget budget)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(budget);
        options.ThrowIfInvalid();
        if (options.Sequences > layers.Count)
        {
            throw new OptionException(
                $"Sequences was {options.Sequences} and there are {layers.Count} layers, so as many rotations at most. Lower sequences or name more layers.",
                nameof(options.Sequences),
                options.Sequences);
        }

        return Train(model, layers, loss, new SliceSchedule(examples, options.Shards, layers.Count, options.Sequences, budget.Seed), options, budget);
    }

    /// <summary>Trains all models of a schedule of one's own.</summary>
    /// <param name="model">The base; its parameters rest.</param>
    /// <param name="layers">Names of adaptable layers, the top one first; one for each slice.</param>
    /// <param name="loss">The mean loss of the model on examples, a scalar with its graph.</param>
    /// <param name="schedule">Shards, slices and sequences; those of the options are not read.</param>
    /// <param name="options">Ranks.</param>
    /// <param name="budget">Optimizer, passes of a stage over its slices, batch size and seed.</param>
    /// <returns>The trained models; disposing them leaves the base as it was.</returns>
    /// <exception cref="ArgumentException">There is another number of layers than of slices, or a name is that of no layer.</exception>
    public static S3t Train(
        Module model, IReadOnlyList<string> layers, Func<IReadOnlyList<int>, Tensor> loss, SliceSchedule schedule, S3tOptions options, UnlearningBudget budget)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(budget);
        budget.ThrowIfInvalid();
        if (layers.Count != schedule.Slices)
        {
            throw new ArgumentException($"There are {layers.Count} layers and {schedule.Slices} slices; name one layer for each slice.", nameof(layers));
        }

        var adapters = new LoraAdapter[schedule.Shards, schedule.Sequences][];
        var result = new S3t(model, schedule, adapters);
        foreach (var (shard, sequence) in result.Each())
        {
            var seed = budget.Seed.Derive(shard).Derive(sequence);
            adapters[shard, sequence] = [.. layers.Select((layer, stage) => new LoraAdapter(
                model, new LoraOptions { Rank = options.Rank, Alpha = options.Rank }, seed.Derive(stage), [layer]))];
            for (var stage = 0; stage < layers.Count; stage++)
            {
                result.Attach(shard, sequence, stage + 1);
                Fit(model, adapters[shard, sequence][stage], schedule.Examples(shard, sequence, stage), loss, budget with { Seed = seed.Derive(stage) });
            }

            result.Attach(shard, sequence, 0);
        }

        return result;
    }

    /// <summary>Deletes examples: nothing that has seen one is used from now on.</summary>
    /// <param name="examples">Numbers of examples.</param>
    /// <returns>How it ended: stalled where a shard has nothing left and must be trained anew.</returns>
    public Ending Delete(IReadOnlyList<int> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        foreach (var example in examples)
        {
            Schedule.Delete(example);
        }

        return Schedule.IsServing
            ? new Ending(EndingKind.Completed, "The examples have no effect any more; nothing was trained.")
            : new Ending(EndingKind.Stalled, "A shard has no adapter left that saw none of the deleted examples, and answers as the base does. Train anew without them.");
    }

    /// <summary>The output of all shards together.</summary>
    /// <param name="forward">Asks the model as it stands.</param>
    /// <returns>The mean over shards, without a graph.</returns>
    public Tensor Output(Func<Module, Tensor> forward)
    {
        ArgumentNullException.ThrowIfNull(forward);
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        Tensor? sum = null;
        for (var shard = 0; shard < Schedule.Shards; shard++)
        {
            var best = Schedule.Best(shard);
            Attach(shard, best, Schedule.ActiveStages(shard, best));
            var own = forward(Model);
            sum = sum is null ? own : sum + own;
            Attach(shard, best, 0);
        }

        return (sum! / Schedule.Shards).MoveToOuter();
    }

    /// <summary>Frees the adapters.</summary>
    public void Dispose()
    {
        foreach (var (shard, sequence) in Each())
        {
            foreach (var adapter in _adapters[shard, sequence] ?? [])
            {
                adapter.Dispose();
            }
        }
    }

    private IEnumerable<(int Shard, int Sequence)> Each() =>
        Enumerable.Range(0, Schedule.Shards).SelectMany(_ => Enumerable.Range(0, Schedule.Sequences), (shard, sequence) => (shard, sequence));

    private void Attach(int shard, int sequence, int stages)
    {
        for (var stage = 0; stage < _adapters[shard, sequence].Length; stage++)
        {
            if (stage < stages)
            {
                _adapters[shard, sequence][stage].Attach();
            }
            else
            {
                _adapters[shard, sequence][stage].Detach();
            }
        }
    }

    private static void Fit(
        Module model, LoraAdapter adapter, IReadOnlyList<int> examples, Func<IReadOnlyList<int>, Tensor> loss, UnlearningBudget budget)
    {
        using var optimizer = Optimizer.Create(ParameterGroups.Of(adapter.Parameters).AssignRest(budget.Optimizer), budget.Execution);
        var order = new ExampleOrder(examples.Count, budget.Seed);
        var steps = (long)budget.Epochs * ((examples.Count + budget.BatchSize - 1) / budget.BatchSize);
        for (var step = 0L; step < steps && examples.Count > 0; step++)
        {
            budget.CancellationToken.ThrowIfCancellationRequested();
            using var scope = new TensorScope();
            var value = loss([.. order.Batch(budget.BatchSize).Select(i => examples[i])]);
            value.Backward();
            optimizer.Step(new StepInputs(value.Item()) { TotalSteps = steps });
            optimizer.ZeroGradients();
            // The base rests; its gradients would only pile up.
            foreach (var parameter in model.Parameters)
            {
                parameter.Value.Gradient = null;
            }
        }
    }
}
