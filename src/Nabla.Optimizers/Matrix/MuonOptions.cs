using Nabla.Core;

namespace Nabla.Optimizers.Matrix;

/// <summary>Options of Muon.</summary>
public sealed record MuonOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η, in units of spectral norm before scaling. Range: 0 or above. Default: 0.02.</summary>
    [Option("scales every step", Minimum = 0, Usual = "1e-3 to 0.05")]
    public double LearningRate { get; init; } = 0.02;

    /// <summary>μ: how slowly the mean of gradients forgets. Range: [0, 1). Default: 0.95.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Momentum { get; init; } = 0.95;

    /// <summary>Whether the step looks ahead along the momentum. Default: true.</summary>
    [Option("whether the step looks ahead along the momentum")]
    public bool Nesterov { get; init; } = true;

    /// <summary>λ: how strongly parameters are pulled to zero, apart from the gradient. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters are pulled to zero", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; }

    /// <summary>How the polar factor is computed. Default: quintic.</summary>
    [Option("how the polar factor is computed")]
    public PolarSolver Solver { get; init; } = PolarSolver.Quintic;

    /// <summary>Steps of the iteration; not for the exact solver. Range: 1 or above. Default: 5.</summary>
    [Option("steps of the iteration for the polar factor", Minimum = 1, Usual = "5 to 8")]
    public int SolverSteps { get; init; } = 5;

    /// <summary>What a step is multiplied by. Default: original.</summary>
    [Option("what a step is multiplied by, by the matrix's shape")]
    public MuonScaling Scaling { get; init; } = MuonScaling.Original;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
                Solver != PolarSolver.Exact || SolverSteps == 5,
                SolverSteps,
                "has no effect with the exact solver",
                "Leave MuonOptions.SolverSteps at 5, or choose another Solver.");
    }
}
