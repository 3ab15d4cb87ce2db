using Nabla.Core;

namespace Nabla.Optimizers.Matrix;

/// <summary>Options of the spectral sphere optimizer.</summary>
public sealed record SpectralSphereOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η, relative to the radius. Range: 0 or above. Default: 0.02.</summary>
    [Option("scales every step, relative to the radius", Minimum = 0, Usual = "1e-3 to 0.05")]
    public double LearningRate { get; init; } = 0.02;

    /// <summary>β: how slowly the mean of gradients forgets. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Momentum { get; init; } = 0.9;

    /// <summary>c: the radius is c sqrt(rows / columns). Range: above 0. Default: 1.</summary>
    [Option("the radius over sqrt(rows / columns)", Minimum = 0, ExcludesMinimum = true, Usual = "1")]
    public double RadiusScale { get; init; } = 1;

    /// <summary>How polar factors are computed. Default: polar-express.</summary>
    [Option("how polar factors are computed")]
    public PolarSolver Solver { get; init; } = PolarSolver.PolarExpress;

    /// <summary>Bisections for the multiplier that keeps the step on the sphere. Range: 1 or above. Default: 20.</summary>
    [Option("bisections for the multiplier that keeps the step on the sphere", Minimum = 1, Usual = "10 to 30")]
    public int Bisections { get; init; } = 20;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
