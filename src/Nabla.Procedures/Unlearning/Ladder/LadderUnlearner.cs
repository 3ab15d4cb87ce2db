using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Goes down gamma × forget loss + alpha × retain loss; a method says its forget loss.</summary>
public abstract class LadderUnlearner : GradientUnlearner
{
    private readonly LadderOptions _options;
    private ExampleTensors? _retained;

    /// <summary>Takes the options.</summary>
    /// <param name="options">Weights and retain loss; the method's own options are its own business.</param>
    protected LadderUnlearner(LadderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <inheritdoc/>
    public sealed override RetainNeed Needs => KeepsAnything ? RetainNeed.Sample : RetainNeed.None;

    /// <summary>Whether there is a retain loss at all.</summary>
    protected virtual bool KeepsAnything => _options.Retain != RetainLoss.None && _options.Alpha > 0;

    /// <summary>The weight of the retain loss at this moment.</summary>
    protected virtual double RetainWeight => _options.Alpha;

    /// <inheritdoc/>
    protected sealed override void CheckOptions() => _options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task) => Labelled(task);

    /// <inheritdoc/>
    protected sealed override IDisposable? Begin(IUnlearningTask task, UnlearningBudget budget)
    {
        var kept = new Holder();
        if (KeepsAnything && _options.Retain == RetainLoss.Kl)
        {
            kept.Add(_retained = StartingModel.Logits(Labelled(task), ExampleSet.Retain, budget.BatchSize));
        }

        Remember(task, budget, kept.Add);
        return kept;
    }

    /// <summary>Keeps what a method needs of the starting model.</summary>
    /// <param name="task">The task.</param>
    /// <param name="budget">The budget.</param>
    /// <param name="own">Takes what is disposed when the run ends.</param>
    protected virtual void Remember(IUnlearningTask task, UnlearningBudget budget, Action<IDisposable> own)
    {
    }

    /// <summary>The loss of forgetting on the batch's examples to forget.</summary>
    protected abstract Tensor ForgetLoss(UnlearningBatch batch);

    /// <summary>The loss of keeping on the batch's examples to keep.</summary>
    protected virtual Tensor RetainedLoss(UnlearningBatch batch) => _options.Retain == RetainLoss.Kl
        ? ForgetLosses.Divergence(_retained!.Of(batch.Retain), Labelled(batch.Task).Score(ExampleSet.Retain, batch.Retain))
        : batch.Task.Loss(ExampleSet.Retain, batch.Retain);

    /// <summary>Is told the retain loss of a step before the update.</summary>
    protected virtual void SawRetainLoss(UnlearningBatch batch, double loss)
    {
    }

    /// <inheritdoc/>
    protected sealed override Tensor? Loss(UnlearningBatch batch)
    {
        var forget = ForgetLoss(batch) * _options.Gamma;
        if (Needs == RetainNeed.None)
        {
            return forget;
        }

        var retain = RetainedLoss(batch);
        var total = forget + (retain * RetainWeight);
        SawRetainLoss(batch, retain.Item());
        return total;
    }

    /// <summary>The model's answers to the batch's examples to forget.</summary>
    protected ScoredAnswers Forgotten(UnlearningBatch batch) => Labelled(batch.Task).Score(ExampleSet.Forget, batch.Forget);

    private sealed class Holder : IDisposable
    {
        private readonly List<IDisposable> _held = [];

        public void Add(IDisposable one) => _held.Add(one);

        public void Dispose() => _held.ForEach(one => one.Dispose());
    }
}
