namespace Nabla.Dashboard.Claims;

/// <summary>How a rerun of a claim stands.</summary>
public enum ClaimJobStatus
{
    /// <summary>Others are before it.</summary>
    Waiting,

    /// <summary>The experiment runs.</summary>
    Running,

    /// <summary>There is a verdict, and the store has it.</summary>
    Done,

    /// <summary>The experiment broke off.</summary>
    Failed,

    /// <summary>Somebody stopped it; there is no verdict.</summary>
    Cancelled,
}
