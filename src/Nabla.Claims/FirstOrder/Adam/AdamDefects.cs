namespace Nabla.Claims.FirstOrder.Adam;

/// <summary>Deliberate defects of Adam, which may be combined.</summary>
[Flags]
internal enum AdamDefects
{
    /// <summary>None: the method as it is.</summary>
    None = 0,

    /// <summary>Does not divide at all.</summary>
    Undivided = 1,

    /// <summary>Forgets the bias correction of the mean of squares.</summary>
    NoSquareCorrection = 2,

    /// <summary>Divides by the mean of squares without the root.</summary>
    Rootless = 4,

    /// <summary>Adds up the squares undamped, as AdaGrad with forgetting.</summary>
    UndampedSquares = 8,
}
