using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A part of a model: ordered, named parameters and a forward pass.</summary>
public abstract class Module : IDisposable
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<NamedBuffer> _buffers = [];
    private readonly List<Module> _children = [];
    private bool _training = true;

    /// <summary>All parameters, those of children included, in the order registered, with full dotted names.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Tensors that are state but not trained, such as running means, with full dotted names.</summary>
    public IReadOnlyList<NamedBuffer> Buffers => _buffers;

    /// <summary>The layers of the module and of all children beside which adapters can stand, in the order of their weights.</summary>
    public IEnumerable<IAdaptable> AdaptableLayers =>
        this is IAdaptable own ? [own] : _children.SelectMany(child => child.AdaptableLayers);

    /// <summary>Whether the module behaves as in training (dropout on) or as in evaluation; set for children too.</summary>
    public bool Training
    {
        get => _training;
        set
        {
            _training = value;
            foreach (var child in _children)
            {
                child.Training = value;
            }
        }
    }

    /// <summary>Computes the output; the caller owns it.</summary>
    public abstract Tensor Forward(Tensor input);

    /// <summary>Frees every parameter and buffer.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the module owns.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        foreach (var parameter in _parameters)
        {
            parameter.Dispose();
        }

        foreach (var buffer in _buffers)
        {
            buffer.Value.Dispose();
        }
    }

    /// <summary>Adds a trained tensor; the module owns it.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    protected Parameter Register(string name, Tensor value, ParameterRoles role)
    {
        var parameter = new Parameter(name, value, role);
        RequireNew(name);
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Adds a child; its parameters come next in order, their names prefixed with <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    protected TModule Register<TModule>(string name, TModule child)
        where TModule : Module
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(child);
        foreach (var parameter in child._parameters)
        {
            RequireNew(name + "." + parameter.Name);
        }

        child.Prefix(name);
        Take(child);
        return child;
    }

    /// <summary>Adds a child whose parameters keep their names, which are full names already.</summary>
    /// <exception cref="ArgumentException">A name is taken.</exception>
    protected TModule Register<TModule>(TModule child)
        where TModule : Module
    {
        ArgumentNullException.ThrowIfNull(child);
        foreach (var parameter in child._parameters)
        {
            RequireNew(parameter.Name);
        }

        Take(child);
        return child;
    }

    /// <summary>Adds a tensor that is saved with the model but not trained; the module owns it.</summary>
    protected NamedBuffer RegisterBuffer(string name, Tensor value)
    {
        RequireNew(name);
        var buffer = new NamedBuffer(name, value);
        _buffers.Add(buffer);
        return buffer;
    }

    private void Take(Module child)
    {
        _children.Add(child);
        _parameters.AddRange(child._parameters);
        _buffers.AddRange(child._buffers);
    }

    private void Prefix(string name)
    {
        // Parameters are shared objects along the tree, so renaming here renames them in every descendant's list too.
        foreach (var parameter in _parameters)
        {
            parameter.Name = name + "." + parameter.Name;
        }

        foreach (var buffer in _buffers)
        {
            buffer.Name = name + "." + buffer.Name;
        }
    }

    private void RequireNew(string name)
    {
        if (_parameters.Exists(p => p.Name == name) || _buffers.Exists(b => b.Name == name))
        {
            throw new ArgumentException($"'{name}' is already registered in {GetType().Name}. Give each tensor its own name.", nameof(name));
        }
    }
}
