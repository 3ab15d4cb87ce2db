using Nabla.Core;

namespace Nabla.Optimizers.Matrix;

/// <summary>Options of Shampoo.</summary>
public sealed record ShampooOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size. Range: 0 or above. Default: 0.1 (with grafting, that of the method grafted).</summary>
    [Option("scales every step", Minimum = 0, Usual = "1e-3 to 0.1")]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>μ: how much of the last step's direction is kept. Range: [0, 1). Default: 0.</summary>
    [Option("how much of the last direction is kept", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9")]
    public double Momentum { get; init; }

    /// <summary>β2: how slowly the squares forget; 1 sums them, as published. Range: (0, 1]. Default: 1.</summary>
    [Option("how slowly the squares forget; 1 sums them", Minimum = 0, ExcludesMinimum = true, Maximum = 1, Usual = "0.95 to 1")]
    public double Beta2 { get; init; } = 1;

    /// <summary>ε: the squares begin as ε times the identity. Range: above 0. Default: 1e-4.</summary>
    [Option("the squares begin as this times the identity", Minimum = 0, ExcludesMinimum = true, Usual = "1e-12 to 1e-4")]
    public double Epsilon { get; init; } = 1e-4;

    /// <summary>λ: added to the gradient times the parameter. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters are pulled to zero, through the gradient", Minimum = 0, Usual = "0 to 1e-3")]
    public double WeightDecay { get; init; }

    /// <summary>Steps between two computations of the inverse roots. Range: 1 or above. Default: 1.</summary>
    [Option("steps between two computations of the inverse roots", Minimum = 1, Usual = "1 to 100")]
    public int PreconditionFrequency { get; init; } = 1;

    /// <summary>Which sides are preconditioned. Default: both.</summary>
    [Option("which sides are preconditioned")]
    public ShampooSides Sides { get; init; } = ShampooSides.Both;

    /// <summary>Whose step size is taken over. Default: none.</summary>
    [Option("whose step's norm is taken over")]
    public Grafting Grafting { get; init; } = Grafting.None;

    /// <summary>β2 of the Adam that is grafted. Range: (0, 1). Default: 0.999.</summary>
    [Option("how slowly the variance of the grafted adam forgets", Minimum = 0, ExcludesMinimum = true, Maximum = 1, ExcludesMaximum = true)]
    public double GraftingBeta2 { get; init; } = 0.999;

    /// <summary>How inverse roots are computed. Default: eigen.</summary>
    [Option("how inverse roots are computed")]
    public RootSolver Solver { get; init; } = RootSolver.Eigen;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            Grafting == Grafting.Adam || GraftingBeta2 == 0.999,
            GraftingBeta2,
            "has no effect without grafting adam",
            "Set ShampooOptions.Grafting to Adam, or leave GraftingBeta2 at 0.999.");
    }
}
