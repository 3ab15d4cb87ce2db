namespace Nabla.Core;

/// <summary>The families of methods in the catalogue.</summary>
public enum Family
{
    /// <summary>Element-wise rules on gradients.</summary>
    FirstOrder,

    /// <summary>Rules on whole matrices.</summary>
    Matrix,

    /// <summary>Rules that use curvature.</summary>
    SecondOrder,

    /// <summary>Rules that use losses only.</summary>
    ZerothOrder,

    /// <summary>Adapters that choose the learning rate.</summary>
    Rates,

    /// <summary>Adapters that change the learning rate with the number of the step.</summary>
    Schedules,

    /// <summary>Adapters that average parameters.</summary>
    Averaging,

    /// <summary>Adapters that look around the current point.</summary>
    Perturbation,

    /// <summary>Adapters that change gradients before a step.</summary>
    Clipping,

    /// <summary>Adapters that change nothing and measure what happens.</summary>
    Measurements,

    /// <summary>Deterministic solvers.</summary>
    Solvers,

    /// <summary>Networks trained by convex programs.</summary>
    Convex,

    /// <summary>Mixtures of experts and of distributions.</summary>
    Mixtures,

    /// <summary>Procedures that make a model forget.</summary>
    Unlearning,

    /// <summary>Procedures that adapt a trained model.</summary>
    Adaptation,

    /// <summary>Procedures that learn without the label of each example.</summary>
    WeakSupervision,
}
