namespace Nabla.Core;

/// <summary>Why a run ended.</summary>
public enum EndingKind
{
    /// <summary>All steps asked for were made.</summary>
    Completed,

    /// <summary>The wanted value was reached.</summary>
    TargetReached,

    /// <summary>Time or steps ran out before the target.</summary>
    BudgetExhausted,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,

    /// <summary>A loss, gradient or parameter was not finite.</summary>
    NonFinite,

    /// <summary>Something else failed.</summary>
    Failed,
}
