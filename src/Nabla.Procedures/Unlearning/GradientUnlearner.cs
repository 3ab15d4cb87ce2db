using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Methods that go down a loss, batch by batch: passes over the examples to forget, each batch paired with as many examples to
/// keep. A method says its loss and, where it has them, what comes before and after a step.
/// </summary>
public abstract class GradientUnlearner : Unlearner
{
    /// <summary>Whose examples a pass goes over.</summary>
    protected virtual ExampleSet Leads => ExampleSet.Forget;

    /// <summary>Whether steps read examples to keep.</summary>
    protected virtual bool ReadsRetain => Needs != RetainNeed.None;

    /// <summary>Whether steps read examples to forget.</summary>
    protected virtual bool ReadsForget => true;

    /// <summary>
    /// Whether examples to keep are drawn from all of them at each step, so that one may come twice before another comes once; otherwise they come
    /// in passes, each once. Of no effect where they lead.
    /// </summary>
    protected virtual bool DrawsRetainAnew => false;

    /// <summary>The parameters that the method trains.</summary>
    protected virtual IReadOnlyList<Parameter> Trained(IUnlearningTask task) => task.Model.Parameters;

    /// <summary>
    /// Names of the model's own parameters that are not what they were when the run ends: those trained, unless a method trains something beside
    /// the model and merges it, or leaves the model as it is. Asked at the end, before <see cref="Finish"/>.
    /// </summary>
    protected virtual IReadOnlyList<string> Changed(IUnlearningTask task) => [.. Trained(task).Select(p => p.Name)];

    /// <summary>Prepares for a run: what a method keeps of the model as it was, for example. The state lives in the returned object.</summary>
    /// <returns>What is disposed when the run ends; null for nothing.</returns>
    protected virtual IDisposable? Begin(IUnlearningTask task, UnlearningBudget budget) => null;

    /// <summary>Changes the model before the step, without gradients.</summary>
    protected virtual void BeforeStep(UnlearningBatch batch)
    {
    }

    /// <summary>Whether the optimizer begins anew with this step, without what it remembers; asked after <see cref="BeforeStep"/>.</summary>
    protected virtual bool RestartsOptimizer(UnlearningBatch batch) => false;

    /// <summary>The loss of a step, a scalar with its graph; null where the step makes no update.</summary>
    protected abstract Tensor? Loss(UnlearningBatch batch);

    /// <summary>
    /// Puts the gradients of the loss at the trained parameters, which have none before. A method that set them together with the loss, by a formula
    /// of its own, does nothing here; what is left without a gradient is not updated.
    /// </summary>
    /// <param name="loss">What <see cref="Loss"/> returned; a finite scalar.</param>
    protected virtual void Descend(Tensor loss) => loss.Backward();

    /// <summary>Changes gradients before the optimizer reads them.</summary>
    protected virtual void WithGradients(UnlearningBatch batch)
    {
    }

    /// <summary>Follows an update.</summary>
    protected virtual void AfterStep(UnlearningBatch batch)
    {
    }

    /// <summary>Ends a run: merges adapters, for example.</summary>
    /// <returns>Figures worth recording.</returns>
    protected virtual IReadOnlyDictionary<string, double> Finish(IUnlearningTask task) => new Dictionary<string, double>();

    /// <inheritdoc/>
    protected override UnlearningResult Run(IUnlearningTask task, UnlearningBudget budget, UnlearningObserver? observer)
    {
        var wasTraining = task.Model.Training;
        using var own = Begin(task, budget);
        var trained = Trained(task);
        using var memory = new OptimizerSlot(() => Optimizer.Create(ParameterGroups.Of(trained).AssignRest(budget.Optimizer), budget.Execution));
        if (memory.Optimizer.UsesOracle)
        {
            throw new OptionException(
                "The optimizer evaluates the loss at more than one point of a step, which unlearning does not offer. Choose one that reads "
                + "gradients only, such as adamw.",
                nameof(budget.Optimizer),
                budget.Optimizer);
        }

        ExampleOrder forget = new(task.Count(ExampleSet.Forget), budget.Seed.Derive("forget order"));
        ExampleOrder retain = new(task.Count(ExampleSet.Retain), budget.Seed.Derive("retain order"));
        RandomStream random = new(budget.Seed.Derive("draws"));
        // A pass cannot go over examples that the method does not read.
        var leads = budget.Leads is { } asked && (asked == ExampleSet.Forget || ReadsRetain) ? asked : Leads;
        var leading = task.Count(leads);
        var stepsOfEpoch = (leading + budget.BatchSize - 1) / budget.BatchSize;
        var total = (long)stepsOfEpoch * budget.Epochs;
        long step = 0, gradients = 0;
        Ending? ending = null;
        try
        {
            while (step < total && ending is null)
            {
                if (budget.CancellationToken.IsCancellationRequested)
                {
                    ending = new Ending(EndingKind.Cancelled, "Stopped early; the model is as the last step left it.");
                    break;
                }

                using var scope = new TensorScope();
                task.Model.Training = true;
                var lead = (leads == ExampleSet.Forget ? forget : retain).Batch(budget.BatchSize);
                var batch = new UnlearningBatch(
                    task,
                    leads == ExampleSet.Forget ? lead : ReadsForget ? forget.Draw(lead.Length) : [],
                    leads == ExampleSet.Retain ? lead : ReadsRetain ? DrawsRetainAnew ? retain.Sample(lead.Length, random) : retain.Draw(lead.Length) : [],
                    step,
                    stepsOfEpoch,
                    total,
                    random);
                BeforeStep(batch);
                if (RestartsOptimizer(batch))
                {
                    memory.Restart();
                }

                var optimizer = memory.Optimizer;
                optimizer.ZeroGradients();
                var value = double.NaN;
                if (Loss(batch) is { } loss)
                {
                    value = loss.Item();
                    ending = Broken(value, step);
                    if (ending is not null)
                    {
                        break;
                    }

                    Descend(loss);
                    gradients++;
                    WithGradients(batch);
                    ending = Broken(trained, step);
                    if (ending is not null)
                    {
                        break;
                    }

                    optimizer.Step(new StepInputs(value) { TotalSteps = total });
                    AfterStep(batch);
                }

                step++;
                task.Model.Training = wasTraining;
                observer?.Invoke(new UnlearningStep(step, total, batch.Epoch, batch.IsLastOfEpoch, value));
            }

            ending ??= new Ending(EndingKind.Completed, "All passes were made. Look at the audit before the model is used.");
        }
        catch (NonFiniteException e)
        {
            ending = new Ending(EndingKind.NonFinite, $"{e.Message.TrimEnd('.')}; the last update was not made. Lower the learning rate.");
        }
        finally
        {
            memory.Optimizer.ZeroGradients();
            task.Model.Training = wasTraining;
        }

        return new UnlearningResult(ending, step, new UnlearningCounts(forget.Taken, retain.Taken, gradients))
        {
            ChangedParameters = Changed(task),
            Figures = Finish(task),
        };
    }

    private static Ending? Broken(double loss, long step) =>
        double.IsFinite(loss) ? null : Broken(string.Create(CultureInfo.InvariantCulture, $"The loss was {loss}"), step);

    private static Ending? Broken(IReadOnlyList<Parameter> trained, long step) =>
        trained.FirstOrDefault(p => p.Gradient is { } gradient && gradient.Isfinite().All().Item() == 0) is { } bad
            ? Broken($"The gradient of '{bad.Name}' was not finite", step)
            : null;

    private static Ending Broken(string what, long step) => new(
        EndingKind.NonFinite,
        string.Create(CultureInfo.InvariantCulture, $"{what} at step {step + 1}; the update was not made. ")
        + "Lower the learning rate or make fewer passes.");
}
