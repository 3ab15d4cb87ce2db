namespace Nabla.Procedures.Unlearning;

/// <summary>What low-rank adapters of unlearning begin with.</summary>
public enum LowRankStart
{
    /// <summary>The part of each weight matrix that matters most to what is to be forgotten, taken out of the base.</summary>
    Fisher,

    /// <summary>A random, B zero, as in LoRA.</summary>
    Random,
}
