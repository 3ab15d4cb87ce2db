using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>A copy of a model's parameters, put in their place for a moment to ask what the model once said.</summary>
internal sealed class OriginalModel : IDisposable
{
    private readonly Module _model;
    private readonly Tensor[] _values;

    /// <summary>Copies the parameters.</summary>
    internal OriginalModel(Module model)
    {
        using var mode = GradMode.Disable();
        _model = model;
        _values = [.. model.Parameters.Select(parameter => parameter.Value.Detach().Clone().Release())];
    }

    /// <summary>Computes something with the original parameters, in evaluation mode and without a graph.</summary>
    /// <param name="question">What is computed; nothing that keeps a graph may be between its calls.</param>
    internal Tensor Ask(Func<Tensor> question)
    {
        using var mode = GradMode.Disable();
        var wasTraining = _model.Training;
        var now = _model.Parameters.Select(parameter => parameter.Value.Detach().Clone()).ToArray();
        try
        {
            _model.Training = false;
            Put(_values);
            return question();
        }
        finally
        {
            Put(now);
            _model.Training = wasTraining;
            foreach (var value in now)
            {
                value.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in _values)
        {
            value.Dispose();
        }
    }

    private void Put(Tensor[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _model.Parameters[i].Value.CopyFrom(values[i]);
        }
    }
}
