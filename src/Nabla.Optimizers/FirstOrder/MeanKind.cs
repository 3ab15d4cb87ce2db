namespace Nabla.Optimizers.FirstOrder;

/// <summary>Around which mean a variance is taken.</summary>
public enum MeanKind
{
    /// <summary>The mean that already holds the current gradient.</summary>
    Updated,

    /// <summary>The mean of the step before.</summary>
    Previous,
}
