using Nabla.Engine;

namespace Nabla.Core;

/// <summary>Collects named tensors and values of one part of a checkpoint, in the order written.</summary>
public sealed class StateWriter
{
    private readonly List<(string Name, Tensor Value)> _tensors = [];
    private readonly List<(string Name, object Value)> _values = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>The tensors written so far; borrowed, never disposed here.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Tensors => _tensors;

    /// <summary>The values written so far: <see cref="double"/>, <see cref="long"/> or <see cref="string"/>.</summary>
    public IReadOnlyList<(string Name, object Value)> Values => _values;

    /// <summary>Adds a tensor, borrowed until the checkpoint is written.</summary>
    /// <exception cref="ArgumentException">The name was used before.</exception>
    public void Tensor(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Claim(name);
        _tensors.Add((name, value));
    }

    /// <summary>Adds a number.</summary>
    public void Number(string name, double value)
    {
        Claim(name);
        _values.Add((name, value));
    }

    /// <summary>Adds a whole number.</summary>
    public void Integer(string name, long value)
    {
        Claim(name);
        _values.Add((name, value));
    }

    /// <summary>Adds a text.</summary>
    public void Text(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Claim(name);
        _values.Add((name, value));
    }

    private void Claim(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_names.Add(name))
        {
            throw new ArgumentException($"'{name}' was already written to this state. Give each entry its own name.", nameof(name));
        }
    }
}
