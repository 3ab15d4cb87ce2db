using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>A model whose parameters follow no gradients until this is disposed.</summary>
internal sealed class RestingBase : IDisposable
{
    private readonly Module _model;

    public RestingBase(Module model)
    {
        _model = model;
        Set(false);
    }

    public void Dispose() => Set(true);

    private void Set(bool follows)
    {
        foreach (var parameter in _model.Parameters)
        {
            parameter.Value.RequiresGrad = follows;
        }
    }
}
