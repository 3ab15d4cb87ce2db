namespace Nabla.Problems.Objectives;

/// <summary>Losses of one number against a label.</summary>
public enum LossKind
{
    /// <summary>(z - y)² / 2; smoothness 1.</summary>
    Squared,

    /// <summary>log(1 + exp(-y z)) for labels -1 and 1; smoothness 1/4.</summary>
    Logistic,
}
