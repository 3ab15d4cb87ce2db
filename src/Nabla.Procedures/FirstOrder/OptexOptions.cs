using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of OptEx.</summary>
public sealed record OptexOptions : MethodOptions
{
    /// <summary>η: scales every step. Range: above 0. Default: 0.01.</summary>
    [Option("scales every step", Minimum = 0, ExcludesMinimum = true)]
    public double LearningRate { get; init; } = 0.01;

    /// <summary>N: gradients computed at the same time in a round. Range: 1 or above. Default: 4.</summary>
    [Option("gradients computed at the same time in a round", Minimum = 1, Usual = "2 to 16")]
    public int Workers { get; init; } = 4;

    /// <summary>T0: gradients remembered. Range: 1 or above. Default: 20.</summary>
    [Option("gradients remembered", Minimum = 1, Usual = "5 to 150")]
    public int History { get; init; } = 20;

    /// <summary>The kernel. Default: Matérn 5/2.</summary>
    [Option("kernel of the prediction")]
    public GradientKernel Kernel { get; init; } = GradientKernel.Matern;

    /// <summary>The distance over which gradients change; 0 for the median distance in the history. Range: 0 or above. Default: 0.</summary>
    [Option("distance over which gradients change, 0 for the median distance in the history", Minimum = 0)]
    public double LengthScale { get; init; }

    /// <summary>σ²: the variance of noise in gradients, relative to the kernel's. Range: above 0. Default: 1e-6.</summary>
    [Option("variance of noise in gradients, relative to the kernel's", Minimum = 0, ExcludesMinimum = true, Usual = "1e-8 to 1")]
    public double Noise { get; init; } = 1e-6;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
