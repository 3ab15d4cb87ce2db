using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>Options of the detection of infeasibility.</summary>
public sealed record InfeasibilityDetectionOptions : MethodOptions
{
    /// <summary>Whether each step is drawn back towards the start (Halpern), which makes the rate optimal; otherwise the map is applied plainly. Default: yes.</summary>
    [Option("whether each step is drawn back towards the start, which makes the rate optimal")]
    public bool Accelerated { get; init; } = true;

    /// <summary>
    /// How much of the displacement its two estimates may differ by when it is taken for real; 0: no verdict that there is no fixed point.
    /// Range: 0 to 1, 1 excluded. Default: 0.01.
    /// </summary>
    [Option("how much of the displacement its two estimates may differ by when it is taken for real; 0: never", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.01")]
    public double Agreement { get; init; } = 0.01;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        // Ranges say it all.
    }
}
