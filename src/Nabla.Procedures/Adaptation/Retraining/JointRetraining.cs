using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>All tasks move the base together, with an adapter each or without.</summary>
internal sealed class JointRetraining : RetrainingRun
{
    private readonly RetrainingSchedule _schedule;
    private readonly int _innerSteps;

    public JointRetraining(
        Module model,
        IReadOnlyList<IAdaptationTask> tasks,
        MethodOptions optimizer,
        MethodOptions? taskOptimizer,
        Seed seed,
        RetrainingSchedule schedule,
        int innerSteps = 0,
        IReadOnlyList<IModelAdapter>? adapters = null)
        : base(model, tasks, optimizer, taskOptimizer, seed, adapters) =>
        (_schedule, _innerSteps) = (schedule, innerSteps);

    private protected override void OneRound()
    {
        var interleaved = _schedule == RetrainingSchedule.Interleaved;
        for (var task = 0; task < Tasks.Count; task++)
        {
            for (var step = 0; step < _innerSteps; step++)
            {
                ForgetGradients(task);
                WithAdapter(task);
                StepOwn(task, _innerSteps);
            }
        }

        for (var task = 0; task < Tasks.Count; task++)
        {
            if (interleaved || task == 0)
            {
                ForgetGradients(task);
            }

            WithAdapter(task);
            if (interleaved)
            {
                StepBase(Losses[task], Tasks.Count);
                StepOwn(task, 1);
            }
        }

        if (interleaved)
        {
            return;
        }

        StepBase(Losses.Sum(), 1);
        for (var task = 0; task < Tasks.Count && _schedule == RetrainingSchedule.Summed; task++)
        {
            StepOwn(task, 1);
        }
    }

    private void WithAdapter(int task)
    {
        if (Adapters?[task] is not { } adapter)
        {
            Backward(task);
            return;
        }

        adapter.Attach();
        try
        {
            Backward(task);
        }
        finally
        {
            adapter.Detach();
        }
    }
}
