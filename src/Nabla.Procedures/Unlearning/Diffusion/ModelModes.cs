using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Lets one of several models train while the others rest, and gives all back as they were.</summary>
internal sealed class ModelModes : IDisposable
{
    private readonly (Module Model, bool Training, bool[] Trained)[] _before;

    /// <summary>Puts all to rest.</summary>
    internal ModelModes(IReadOnlyList<Module> models)
    {
        _before = [.. models.Select(m => (m, m.Training, m.Parameters.Select(p => p.Value.RequiresGrad).ToArray()))];
        Rest();
    }

    /// <summary>No model trains.</summary>
    internal void Rest()
    {
        foreach (var (model, _, _) in _before)
        {
            Set(model, false, _ => false);
        }
    }

    /// <summary>One model trains, those of its parameters that are trained at all; the others rest.</summary>
    internal void Train(Module model)
    {
        Rest();
        var (_, _, trained) = _before.First(b => ReferenceEquals(b.Model, model));
        Set(model, true, i => trained[i]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (model, training, trained) in _before)
        {
            Set(model, training, i => trained[i]);
        }
    }

    private static void Set(Module model, bool training, Func<int, bool> trained)
    {
        model.Training = training;
        for (var i = 0; i < model.Parameters.Count; i++)
        {
            model.Parameters[i].Value.RequiresGrad = trained(i);
        }
    }
}
