using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Holds an optimizer that may be made anew.</summary>
/// <param name="make">Makes it.</param>
internal sealed class OptimizerSlot(Func<Optimizer> make) : IDisposable
{
    /// <summary>The optimizer of now.</summary>
    internal Optimizer Optimizer { get; private set; } = make();

    /// <summary>Puts a new one in its place.</summary>
    internal void Restart()
    {
        Optimizer.Dispose();
        Optimizer = make();
    }

    /// <inheritdoc/>
    public void Dispose() => Optimizer.Dispose();
}
