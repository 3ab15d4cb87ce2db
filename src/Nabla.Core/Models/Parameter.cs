using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A named tensor that training changes. The parameter owns its tensor.</summary>
public sealed class Parameter : IDisposable
{
    /// <summary>Takes over the tensor and asks autograd to follow it.</summary>
    /// <param name="name">The full dotted name, unique in its model.</param>
    /// <param name="value">The values; owned by the parameter from now on.</param>
    /// <param name="role">Exactly one role.</param>
    /// <exception cref="ArgumentException">The name is empty or the role is not a single one.</exception>
    public Parameter(string name, Tensor value, ParameterRoles role)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        if (!System.Numerics.BitOperations.IsPow2((int)role))
        {
            throw new ArgumentException($"The role of '{name}' was '{role}'; a parameter has exactly one role.", nameof(role));
        }

        Name = name;
        Value = value;
        Role = role;
        if (!value.RequiresGrad)
        {
            value.RequiresGrad = true;
        }
    }

    /// <summary>The full dotted name; a parent module puts its own prefix before it.</summary>
    public string Name { get; internal set; }

    /// <summary>The current values.</summary>
    public Tensor Value { get; private set; }

    /// <summary>What the parameter is in its model.</summary>
    public ParameterRoles Role { get; }

    /// <summary>The gradient of the last backward pass, or null.</summary>
    public Tensor? Gradient => Value.Gradient;

    /// <summary>Replaces the tensor, for example by its copy on another device; the old one is disposed.</summary>
    public void Replace(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (ReferenceEquals(value, Value))
        {
            return;
        }

        var old = Value;
        Value = value;
        value.RequiresGrad = true;
        old.Dispose();
    }

    /// <summary>Frees the tensor.</summary>
    public void Dispose() => Value.Dispose();

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({string.Join('×', Value.Shape)}, {Role})";
}
