namespace Nabla.Core;

/// <summary>Over what a reduction sums.</summary>
public enum ReductionScope
{
    /// <summary>One tensor.</summary>
    Tensor,

    /// <summary>All tensors of a group.</summary>
    Group,

    /// <summary>All tensors of the groups that use the same method.</summary>
    All,
}
