namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>Deliberate defects of MVN-Grad, which may be combined.</summary>
[Flags]
internal enum MvnGradDefects
{
    /// <summary>None: the method as it is.</summary>
    None = 0,

    /// <summary>Divides by the root mean square instead of the deviation from the mean; this is LaProp.</summary>
    SecondMoment = 1,

    /// <summary>Averages first and divides last; this is AdaBelief, and Adam together with <see cref="SecondMoment"/>.</summary>
    MomentumFirst = 2,

    /// <summary>Forgets the bias correction of the variance.</summary>
    NoVarianceCorrection = 4,

    /// <summary>Forgets the bias correction of the momentum.</summary>
    NoMomentumCorrection = 8,

    /// <summary>Divides by the variance of the step before.</summary>
    StaleVariance = 16,

    /// <summary>Adds the variance floor after the bias correction, once, instead of in the recursion.</summary>
    FloorAfterCorrection = 32,

    /// <summary>Lets gradients into the mean undamped, as heavy-ball momentum does.</summary>
    HeavyBall = 64,

    /// <summary>Does not divide at all.</summary>
    Undivided = 128,
}
