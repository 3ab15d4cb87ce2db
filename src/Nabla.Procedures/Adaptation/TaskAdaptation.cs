using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Fits an adapter, and the task's own parameters, to a task; the base rests.</summary>
public static class TaskAdaptation
{
    /// <summary>Attaches an adapter and trains it.</summary>
    /// <param name="model">The base; none of its numbers changes.</param>
    /// <param name="adapter">A fresh adapter, or one to go on with; it stays attached.</param>
    /// <param name="task">The task.</param>
    /// <param name="optimizer">The method, any of the catalogue that makes its step from the gradient alone.</param>
    /// <param name="stop">When to end.</param>
    /// <returns>Held-out losses and the ending; what is not finite ends the run before the step.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A limit is not allowed.</exception>
    /// <exception cref="OptionException">An option of the method is not allowed, or it is of no use here.</exception>
    public static AdaptationResult Adapt(
        Module model, IModelAdapter adapter, IAdaptationTask task, MethodOptions optimizer, AdaptationStop stop)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(stop);
        stop.ThrowIfInvalid();
        IReadOnlyList<Parameter> trained = [.. adapter.Parameters, .. task.Parameters];
        using var steps = RetrainingRun.Create(trained, optimizer);
        var resting = model.Parameters.Where(p => p.Value.RequiresGrad).ToArray();
        var (training, adapterTraining) = (model.Training, adapter.Training);
        adapter.Attach();
        try
        {
            foreach (var parameter in resting)
            {
                parameter.Value.RequiresGrad = false;
            }

            return Train(model, adapter, task, steps, stop, trained);
        }
        finally
        {
            foreach (var parameter in resting)
            {
                parameter.Value.RequiresGrad = true;
            }

            (model.Training, adapter.Training) = (training, adapterTraining);
        }
    }

    private static AdaptationResult Train(
        Module model, IModelAdapter adapter, IAdaptationTask task, Optimizer optimizer, AdaptationStop stop, IReadOnlyList<Parameter> trained)
    {
        double Held()
        {
            using var scope = new TensorScope();
            using var mode = GradMode.Disable();
            model.Training = adapter.Training = false;
            var loss = task.Evaluate(model);
            model.Training = adapter.Training = true;
            return loss;
        }

        var start = Held();
        var (best, bestStep, last, lastStep, step) = (start, 0, start, 0, 0);
        Ending End(EndingKind kind, string advice)
        {
            if (lastStep != step)
            {
                last = Held();
                (best, bestStep) = last < best ? (last, step) : (best, bestStep);
            }

            return new Ending(kind, advice, best, bestStep);
        }

        AdaptationResult Result(Ending ending) => new(ending, step, start, last);
        while (step < stop.Steps)
        {
            if (stop.CancellationToken.IsCancellationRequested)
            {
                return Result(End(EndingKind.Cancelled, string.Create(CultureInfo.InvariantCulture, $"Cancelled after step {step}.")));
            }

            optimizer.ZeroGradients();
            if (Step(model, task, optimizer, trained, stop.Steps) is { } problem)
            {
                return Result(End(
                    EndingKind.NonFinite,
                    string.Create(CultureInfo.InvariantCulture, $"{problem} at step {step + 1}; the step was not made. Lower the learning rate.")));
            }

            step++;
            if (stop.EvaluateEvery > 0 && step % stop.EvaluateEvery == 0)
            {
                (last, lastStep) = (Held(), step);
                (best, bestStep) = last < best ? (last, step) : (best, bestStep);
            }
        }

        optimizer.ZeroGradients();
        return Result(End(EndingKind.Completed, string.Create(CultureInfo.InvariantCulture, $"All {stop.Steps} steps were made.")));
    }

    private static string? Step(Module model, IAdaptationTask task, Optimizer optimizer, IReadOnlyList<Parameter> trained, int steps)
    {
        using var scope = new TensorScope();
        using var batch = task.NextBatch();
        var loss = task.Loss(model, batch);
        var value = loss.Item();
        if (!double.IsFinite(value))
        {
            return $"The loss of task '{task.Name}' was {value}";
        }

        loss.Backward();
        if (trained.FirstOrDefault(p => p.Gradient is { } gradient && !TensorValues.AreFinite(gradient)) is { } bad)
        {
            return $"The gradient of '{bad.Name}' was not finite";
        }

        try
        {
            optimizer.Step(new StepInputs(value) { TotalSteps = steps });
            return null;
        }
        catch (NonFiniteException problem)
        {
            return problem.Message.TrimEnd('.');
        }
    }
}
