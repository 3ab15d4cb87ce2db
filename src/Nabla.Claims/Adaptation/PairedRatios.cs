using MathNet.Numerics.Distributions;

namespace Nabla.Claims.Adaptation;

/// <summary>
/// Two methods on the same seeds: whether the second has the lower loss, by Student's test on the logarithms of the losses' ratios.
/// </summary>
/// <param name="baseline">The losses of the first, above 0, two or more.</param>
/// <param name="method">Those of the second on the same seeds.</param>
internal sealed class PairedRatios(IReadOnlyList<double> baseline, IReadOnlyList<double> method)
{
    // Two-sided.
    private const double Level = 0.95;

    private readonly double[] _ratios = [.. baseline.Zip(method, (b, m) => Math.Log(b / m))];

    /// <summary>The mean logarithm of baseline over method: above 0 where the method is better.</summary>
    public double Mean => _ratios.Average();

    /// <summary>The standard error of the mean.</summary>
    public double Error => Math.Sqrt(_ratios.Sum(r => (r - Mean) * (r - Mean)) / (_ratios.Length - 1) / _ratios.Length);

    /// <summary>How many standard errors the mean must lie from 0.</summary>
    public double Limit => StudentT.InvCDF(0, 1, _ratios.Length - 1, 1 - ((1 - Level) / 2));

    /// <summary>Holds where the method is better, fails where it is worse, inconclusive where noise may have decided.</summary>
    public Verdict Verdict => Mean > Limit * Error ? Verdict.Holds : Mean < -Limit * Error ? Verdict.Fails : Verdict.Inconclusive;

    /// <summary>What the verdict rests on.</summary>
    public IEnumerable<(string Name, double Value)> Figures =>
    [
        ("pairs", _ratios.Length),
        ("mean_log_ratio_of_losses", Mean),
        ("standard_error", Error),
        ("limit_in_standard_errors", Limit),
    ];
}
