namespace Nabla.Optimizers.FirstOrder;

/// <summary>How a cautious step makes up for what its mask leaves out.</summary>
public enum CautiousScaling
{
    /// <summary>Divides by the share of elements kept, but by no less than a floor: the official code of C-AdamW.</summary>
    Share,

    /// <summary>Multiplies by elements / (kept + ξ): the paper, and the official code of C-Lion.</summary>
    Count,
}
