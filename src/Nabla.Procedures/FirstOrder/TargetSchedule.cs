namespace Nabla.Procedures.FirstOrder;

/// <summary>How the step in target space falls with the iteration t.</summary>
public enum TargetSchedule
{
    /// <summary>Not at all.</summary>
    Constant,

    /// <summary>As 1 / sqrt(t), for batches of samples.</summary>
    SquareRoot,
}
