namespace Nabla.Experiments;

/// <summary>What is tuned before methods are compared.</summary>
public enum Tuning
{
    /// <summary>Nothing: every method has the options it was given.</summary>
    None,

    /// <summary>The learning rate, with equally many trials for every method.</summary>
    LearningRate,
}
