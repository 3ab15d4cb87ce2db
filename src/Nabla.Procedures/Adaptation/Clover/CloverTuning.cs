namespace Nabla.Procedures.Adaptation;

/// <summary>What CLOVER trains between the singular vectors.</summary>
public enum CloverTuning
{
    /// <summary>The singular values: a number for each pair of vectors.</summary>
    Values,

    /// <summary>A matrix for each head in the place of the diagonal one of singular values, so that vectors are combined.</summary>
    Matrices,
}
