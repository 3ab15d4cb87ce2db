using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>The base makes steps on each task, is put back, and moves once by what all tasks said.</summary>
internal abstract class InnerLoopRetraining : RetrainingRun
{
    private readonly Tensor[] _start;
    private readonly Tensor[] _direction;

    protected InnerLoopRetraining(
        Module model,
        IReadOnlyList<IAdaptationTask> tasks,
        MethodOptions optimizer,
        MethodOptions? taskOptimizer,
        Seed seed)
        : base(model, tasks, optimizer, taskOptimizer, seed)
    {
        _start = [.. model.Parameters.Select(p => p.Value.Detach().Clone().Release())];
        _direction = [.. model.Parameters.Select(p => Tensor.ZerosLike(p.Value).Release())];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var tensor in _start.Concat(_direction))
            {
                tensor.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private protected override void OneRound()
    {
        Keep();
        try
        {
            for (var task = 0; task < Tasks.Count; task++)
            {
                OneTask(task);
                PutBack();
            }
        }
        catch
        {
            PutBack();
            throw;
        }

        for (var i = 0; i < _direction.Length; i++)
        {
            Model.Parameters[i].Value.Gradient = _direction[i];
        }

        StepBase(null, 1);
    }

    /// <summary>Leaves the base anywhere, and adds the task's part to the direction.</summary>
    private protected abstract void OneTask(int task);

    /// <summary>Adds a direction of each parameter, divided by the number of tasks; null adds nothing.</summary>
    private protected void Add(Func<int, Tensor?> direction)
    {
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        for (var i = 0; i < _direction.Length; i++)
        {
            if (direction(i) is { } part)
            {
                _direction[i].CopyFrom(_direction[i] + (part * (1.0 / Tasks.Count)));
            }
        }
    }

    /// <summary>How far a parameter is from where the round began, as start less now.</summary>
    private protected Tensor Way(int parameter) => _start[parameter] - Model.Parameters[parameter].Value;

    private void Keep()
    {
        using var mode = GradMode.Disable();
        for (var i = 0; i < _start.Length; i++)
        {
            _start[i].CopyFrom(Model.Parameters[i].Value);
            _direction[i].Fill(0);
        }
    }

    private void PutBack()
    {
        using var mode = GradMode.Disable();
        for (var i = 0; i < _start.Length; i++)
        {
            Model.Parameters[i].Value.CopyFrom(_start[i]);
        }
    }
}
