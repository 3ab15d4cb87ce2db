using Nabla.Core;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Unlearning;

/// <summary>Trains low-rank adapters beside all linear layers but the head and merges them into the weights at the end.</summary>
/// <remarks>While the method runs, the adapters stand beside the layers, so whoever watches sees the model as it would be merged.</remarks>
public abstract class LowRankUnlearner : LadderUnlearner
{
    private readonly LowRankOptions _options;
    private LoraAdapter? _adapter;

    /// <summary>Takes the options.</summary>
    /// <param name="options">Rank, scale and start beside the weights of the losses.</param>
    protected LowRankUnlearner(LowRankOptions options)
        : base(options) => _options = options;

    /// <inheritdoc/>
    protected override IReadOnlyList<Parameter> Trained(IUnlearningTask task) => _adapter!.Parameters;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Changed(IUnlearningTask task) => [.. _adapter!.Layers.Select(layer => layer.Layer.Weight.Name)];

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        base.Check(task);
        if (_options.Start == LowRankStart.Fisher && task.Count(ExampleSet.Retain) == 0)
        {
            throw new ArgumentException(
                $"'{Name}' compares what matters to forget with what matters to keep, and was given nothing to keep. Give examples, or set Start to random.",
                nameof(task));
        }
    }

    /// <inheritdoc/>
    protected override void Remember(IUnlearningTask task, UnlearningBudget budget, Action<IDisposable> own)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(own);
        var sizes = LoraAdapter.Chosen(task.Model, [LoraAdapter.AllLinear])
            .ToDictionary(one => one.Name, one => (int)Math.Min(one.Layer.Inputs, one.Layer.Outputs), StringComparer.Ordinal);
        LoraOptions Of(string name)
        {
            // A small matrix has no more directions than its smaller side; the scale stays that of the others.
            var rank = Math.Min(_options.Rank, sizes[name]);
            return new LoraOptions { Rank = rank, Alpha = _options.LoraAlpha * rank / _options.Rank };
        }

        var adapter = new LoraAdapter(
            task.Model,
            new LoraOptions { Rank = _options.Rank, Alpha = _options.LoraAlpha },
            budget.Seed.Derive("adapters"),
            [LoraAdapter.AllLinear],
            Of);
        _adapter = adapter;
        own(new Resting(task.Model, adapter));
        if (_options.Start == LowRankStart.Fisher)
        {
            FisherStart.Set(adapter, Labelled(task), budget.BatchSize);
        }

        Resting.Set(task.Model, false);
        adapter.Attach();
    }

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, double> Finish(IUnlearningTask task)
    {
        _adapter!.Merge();
        return new Dictionary<string, double> { ["adapter_parameters"] = _adapter.Parameters.Sum(p => p.Value.ElementCount) };
    }

    // The base follows no gradients meanwhile; a run that breaks off leaves the model whole.
    private sealed class Resting(Module model, LoraAdapter adapter) : IDisposable
    {
        public static void Set(Module model, bool follows)
        {
            foreach (var parameter in model.Parameters)
            {
                parameter.Value.RequiresGrad = follows;
            }
        }

        public void Dispose()
        {
            if (!adapter.IsMerged && adapter.IsAttached)
            {
                adapter.Merge();
            }

            adapter.Dispose();
            Set(model, true);
        }
    }
}
