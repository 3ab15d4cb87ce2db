namespace Nabla.Claims.FirstOrder.AdaMax;

/// <summary>Deliberate defects of AdaMax, which may be combined.</summary>
[Flags]
internal enum AdaMaxDefects
{
    /// <summary>None: the method as it is.</summary>
    None = 0,

    /// <summary>Adds where it should take the greater.</summary>
    Sum = 1,

    /// <summary>Never forgets the greatest gradient.</summary>
    Unforgetting = 2,

    /// <summary>Corrects the greatest gradient for its start at zero, as Adam does with its squares.</summary>
    CorrectedNorm = 4,
}
