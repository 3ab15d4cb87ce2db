using Nabla.Engine;

namespace Nabla.Testing;

/// <summary>Counts native handles from its creation on.</summary>
public sealed class LeakCounter
{
    private readonly long _handles = NativeMemory.LiveHandles;

    /// <summary>Handles alive now that were not before.</summary>
    public long Handles => NativeMemory.LiveHandles - _handles;
}
