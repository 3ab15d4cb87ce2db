namespace Nabla.Experiments;

/// <summary>What happened in a comparison.</summary>
public enum ComparisonEventKind
{
    /// <summary>Data is being read and the models warmed up; the message says what.</summary>
    Preparing,

    /// <summary>A trial of tuning ended.</summary>
    TrialEnded,

    /// <summary>A run began.</summary>
    RunStarted,

    /// <summary>A run goes on.</summary>
    Progress,

    /// <summary>A run ended, well or badly.</summary>
    RunEnded,
}
