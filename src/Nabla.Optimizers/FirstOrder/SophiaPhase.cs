namespace Nabla.Optimizers.FirstOrder;

/// <summary>What a step of Sophia does with the gradients it is given.</summary>
public enum SophiaPhase
{
    /// <summary>It moves the parameters; every few steps the same gradients also renew the curvature.</summary>
    Both,

    /// <summary>It moves the parameters and leaves the curvature as it is.</summary>
    Step,

    /// <summary>It renews the curvature from the gradients, which belong to sampled labels, and moves nothing.</summary>
    Hessian,
}
