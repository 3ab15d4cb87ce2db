using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A tensor that belongs to a model's state but is not trained.</summary>
public sealed class NamedBuffer
{
    internal NamedBuffer(string name, Tensor value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        Name = name;
        Value = value;
    }

    /// <summary>The full dotted name.</summary>
    public string Name { get; internal set; }

    /// <summary>The values.</summary>
    public Tensor Value { get; }
}
