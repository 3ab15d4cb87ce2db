namespace Nabla.Optimizers.FirstOrder;

/// <summary>Which elements a step moves.</summary>
public enum MaskKind
{
    /// <summary>Those whose gradient does not point against their momentum.</summary>
    Agreement,

    /// <summary>All.</summary>
    All,
}
