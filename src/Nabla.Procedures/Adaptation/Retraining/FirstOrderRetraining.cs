using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Steps of any optimizer on each task, begun anew each time; then the way made, or the gradient where it led.</summary>
internal sealed class FirstOrderRetraining : InnerLoopRetraining
{
    private readonly MethodOptions _inner;
    private readonly int _innerSteps;
    private readonly bool _queries;

    public FirstOrderRetraining(
        Module model,
        IReadOnlyList<IAdaptationTask> tasks,
        MethodOptions optimizer,
        MethodOptions? taskOptimizer,
        Seed seed,
        int innerSteps,
        bool queries)
        : base(model, tasks, optimizer, taskOptimizer, seed) =>
        (_inner, _innerSteps, _queries) = (taskOptimizer ?? optimizer, innerSteps, queries);

    private protected override void OneTask(int task)
    {
        using var inner = Create(Model.Parameters, _inner);
        for (var step = 0; step < _innerSteps; step++)
        {
            ForgetGradients(task);
            Backward(task);
            inner.Step(new StepInputs(Losses[task]) { TotalSteps = _innerSteps });
            if (!_queries)
            {
                StepOwn(task, _innerSteps);
            }
        }

        if (!_queries)
        {
            Add(Way);
            return;
        }

        ForgetGradients(task);
        QueryBackward(task);
        Add(i => Model.Parameters[i].Gradient);
        StepOwn(task, 1);
    }
}
