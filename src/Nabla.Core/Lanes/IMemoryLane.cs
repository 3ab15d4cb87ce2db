namespace Nabla.Core;

/// <summary>A lane that can be read from and written to memory.</summary>
internal unsafe interface IMemoryLane<TSelf> : ILane<TSelf>
    where TSelf : struct, IMemoryLane<TSelf>
{
    /// <summary>Elements in one lane.</summary>
    static abstract int Width { get; }

    /// <summary>Reads the lane that begins at an element.</summary>
    static abstract TSelf Load(nint address, nint element);

    /// <summary>Writes the lane that begins at an element.</summary>
    static abstract void Store(TSelf value, nint address, nint element);
}
