namespace Nabla.Core;

/// <summary>A rule without its type parameters: element-wise or on whole tensors.</summary>
internal abstract class RuleMethod
{
    public abstract Type RuleType { get; }

    public abstract Type OptionsType { get; }
}
