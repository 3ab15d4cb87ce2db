namespace Nabla.Core;

/// <summary>Which parameters weight decay acts on.</summary>
public enum WeightDecayScope
{
    /// <summary>All but vectors and scalars, where a model has others.</summary>
    Matrices,

    /// <summary>Every parameter.</summary>
    All,
}
