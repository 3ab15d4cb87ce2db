using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Weights that follow those of a model slowly. Not thread-safe.</summary>
public sealed class SlowWeights : IDisposable
{
    private readonly (Tensor Fast, Tensor Slow)[] _pairs;
    private readonly double _momentum;
    private readonly int _interval;
    private long _steps;
    private bool _inUse;

    internal SlowWeights(Module model, double momentum, int interval)
    {
        (_momentum, _interval) = (momentum, interval);
        using var mode = GradMode.Disable();
        _pairs = [.. model.Parameters.Select(p => p.Value).Concat(model.Buffers.Select(b => b.Value))
            .Where(value => value.DType.IsFloatingPoint())
            .Select(value => (value, value.Detach().Clone().Release()))];
    }

    /// <summary>Notes a step of the model; the slow weights follow where the interval is full.</summary>
    /// <exception cref="InvalidOperationException">The model holds the slow weights at the moment.</exception>
    public void Step()
    {
        if (_inUse)
        {
            throw new InvalidOperationException("The model holds the slow weights. Call UseFast before the next step.");
        }

        if (++_steps % _interval != 0)
        {
            return;
        }

        using var mode = GradMode.Disable();
        foreach (var (fast, slow) in _pairs)
        {
            using var scope = new TensorScope();

            // As a difference, so that small shares of it are not rounded away beside the whole.
            slow.CopyFrom(slow + ((fast - slow) * (1 - _momentum)));
        }
    }

    /// <summary>Puts the slow weights into the model, and keeps the fast ones for <see cref="UseFast"/>. Twice is once.</summary>
    public void UseSlow() => Exchange(true);

    /// <summary>Puts the fast weights back into the model. Twice is once.</summary>
    public void UseFast() => Exchange(false);

    /// <summary>Frees the copies; the model keeps what it holds.</summary>
    public void Dispose()
    {
        foreach (var (_, slow) in _pairs)
        {
            slow.Dispose();
        }
    }

    private void Exchange(bool slowInUse)
    {
        if (_inUse == slowInUse)
        {
            return;
        }

        _inUse = slowInUse;
        using var mode = GradMode.Disable();
        foreach (var (fast, slow) in _pairs)
        {
            using var scope = new TensorScope();
            var kept = fast.Detach().Clone();
            fast.CopyFrom(slow);
            slow.CopyFrom(kept);
        }
    }
}
