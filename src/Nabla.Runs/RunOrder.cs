namespace Nabla.Runs;

/// <summary>What a list of runs is ordered by; runs without the value come last, equal ones in order of age.</summary>
public enum RunOrder
{
    /// <summary>When it started.</summary>
    Started,

    /// <summary>Name of the task.</summary>
    Task,

    /// <summary>Name of the method.</summary>
    Method,

    /// <summary>Why it ended.</summary>
    Ending,

    /// <summary>Parameter updates.</summary>
    Steps,

    /// <summary>Training loss of the last step.</summary>
    FinalLoss,

    /// <summary>Loss of the last evaluation.</summary>
    ValidationLoss,

    /// <summary>Training time.</summary>
    Seconds,

    /// <summary>Peak memory.</summary>
    PeakBytes,
}
