using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>Options of the sketched Newton method for equality constraints.</summary>
public sealed record SketchNewtonAlOptions : MethodOptions
{
    /// <summary>How the Newton system is sketched. Default: gaussian.</summary>
    [Option("how the Newton system is sketched")]
    public SketchKind Sketch { get; init; } = SketchKind.Gaussian;

    /// <summary>Sketched equations a step of the system's solver. Range: 1 or above. Default: 1.</summary>
    [Option("sketched equations a step of the system's solver", Minimum = 1, Usual = "1 to 10")]
    public int SketchSize { get; init; } = 1;

    /// <summary>The most steps of the system's solver an iteration. Range: 1 or above. Default: 100 000.</summary>
    [Option("most steps of the system's solver an iteration", Minimum = 1, Usual = "100000")]
    public int SketchSteps { get; init; } = 100_000;

    /// <summary>δ: the share of the right side that the system's residual may have at first. Range: above 0, below 1. Default: 0.1.</summary>
    [Option("share of the right side that the residual of the system may have at first", Minimum = 0, ExcludesMinimum = true, Maximum = 1, ExcludesMaximum = true, Usual = "0.1")]
    public double Accuracy { get; init; } = 0.1;

    /// <summary>θ's factor an iteration: 1 leads to linear, less to superlinear convergence. Range: above 0, at most 1. Default: 1.</summary>
    [Option("factor of the allowed residual an iteration; below 1: superlinear", Minimum = 0, ExcludesMinimum = true, Maximum = 1, Usual = "1")]
    public double Sharpening { get; init; } = 1;

    /// <summary>Whether the allowed residual also has the paper's constants, by which descent is sure beforehand. Default: no.</summary>
    [Option("whether the allowed residual has the paper's constants, by which descent is sure beforehand")]
    public bool Theory { get; init; }

    /// <summary>η₁: the first weight of the constraints in the merit function. Range: above 0. Default: 1.</summary>
    [Option("first weight of the constraints in the merit function", Minimum = 0, ExcludesMinimum = true, Usual = "1")]
    public double ConstraintPenalty { get; init; } = 1;

    /// <summary>η₂: the first weight of the Lagrangian's gradient in the merit function. Range: above 0. Default: 0.1.</summary>
    [Option("first weight of the Lagrangian's gradient in the merit function", Minimum = 0, ExcludesMinimum = true, Usual = "0.1")]
    public double GradientPenalty { get; init; } = 0.1;

    /// <summary>ν: how fast weights and accuracy change where a direction does not descend. Range: above 1. Default: 1.5.</summary>
    [Option("how fast weights and accuracy change where a direction does not descend", Minimum = 1, ExcludesMinimum = true, Usual = "1.5")]
    public double Growth { get; init; } = 1.5;

    /// <summary>β: the share of the slope by which the merit must fall. Range: above 0, below 0.5. Default: 0.1.</summary>
    [Option("share of the slope by which the merit must fall", Minimum = 0, ExcludesMinimum = true, Maximum = 0.5, ExcludesMaximum = true, Usual = "0.1")]
    public double Sufficient { get; init; } = 0.1;

    /// <summary>ξ: what is left of the least curvature along the constraints where it is not positive. Range: above 0. Default: 0.1.</summary>
    [Option("curvature that is put where it is not positive along the constraints", Minimum = 0, ExcludesMinimum = true, Usual = "0.1")]
    public double Regularization { get; init; } = 0.1;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        // Ranges say it all.
    }
}
