namespace Nabla.Optimizers.Matrix;

/// <summary>What a Muon step is multiplied by, for a matrix of rows × columns.</summary>
public enum MuonScaling
{
    /// <summary>sqrt(max(1, rows / columns)): the public code of 2024.</summary>
    Original,

    /// <summary>0.2 sqrt(max(rows, columns)): the size of AdamW's steps (arXiv:2502.16982), so that its rates carry over.</summary>
    MatchRmsAdamw,

    /// <summary>sqrt(rows / columns): steepest descent in the norm from root mean square to root mean square.</summary>
    Spectral,

    /// <summary>1.</summary>
    None,
}
