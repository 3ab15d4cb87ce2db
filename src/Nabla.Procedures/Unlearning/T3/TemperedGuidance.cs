namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Temper-then-tilt on distributions: a mixture p = (1 - γ) p_r + γ p_f over cells, a classifier, the estimate proportional to
/// p^{1/T} f of p_r, its errors and what theory says of them.
/// </summary>
/// <remarks>
/// Densities are constant in each cell; cells of volume 1 are points of a discrete distribution. Sums take the place of
/// integrals, and 0 ln 0 is 0. The bounds are explicit forms of the theorems of arXiv:2602.10217, whose constants the
/// authors' public material does not give.
/// </remarks>
public sealed class TemperedGuidance
{
    private readonly double[] _retain;
    private readonly double[] _forget;
    private readonly double[] _volumes;

    /// <summary>Takes two densities.</summary>
    /// <param name="retain">p_r in each cell, 0 or above; normalized here.</param>
    /// <param name="forget">p_f in each cell; normalized here.</param>
    /// <param name="volumes">The volume of each cell, above 0; null for 1 each.</param>
    /// <param name="forgetShare">γ, inside (0, 1).</param>
    /// <exception cref="ArgumentException">Lengths differ or a density has no mass.</exception>
    public TemperedGuidance(IReadOnlyList<double> retain, IReadOnlyList<double> forget, IReadOnlyList<double>? volumes, double forgetShare)
    {
        ArgumentNullException.ThrowIfNull(retain);
        ArgumentNullException.ThrowIfNull(forget);
        if (forget.Count != retain.Count || (volumes is not null && volumes.Count != retain.Count))
        {
            throw new ArgumentException("The densities and volumes have different lengths; give one number a cell each.", nameof(forget));
        }

        if (!(forgetShare > 0 && forgetShare < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(forgetShare), forgetShare, $"The share was {forgetShare}; it must lie in (0, 1).");
        }

        _volumes = volumes is null ? [.. Enumerable.Repeat(1.0, retain.Count)] : [.. volumes];
        ForgetShare = forgetShare;
        _retain = Normalized(retain);
        _forget = Normalized(forget);
        Mixture = [.. _retain.Zip(_forget, (r, f) => ((1 - forgetShare) * r) + (forgetShare * f))];
        Bayes = [.. _retain.Zip(Mixture, (r, p) => p == 0 ? 1 : (1 - forgetShare) * r / p)];
    }

    /// <summary>γ: the share of what is to be forgotten.</summary>
    public double ForgetShare { get; }

    /// <summary>p in each cell.</summary>
    public IReadOnlyList<double> Mixture { get; }

    /// <summary>f*, the exact classifier: the probability in each cell that a sample is of data to keep.</summary>
    public IReadOnlyList<double> Bayes { get; }

    /// <summary>‖p_f‖∞.</summary>
    public double ForgetPeak => _forget.Max();

    /// <summary>δ: how much larger the cross-entropy of a classifier is than that of the exact one.</summary>
    /// <param name="classifier">f̂ in each cell, in [0, 1].</param>
    public double ExcessRisk(IReadOnlyList<double> classifier) =>
        Sum(i => Mixture[i] * Divergence(Bayes[i], Checked(classifier)[i]));

    /// <summary>The estimate of p_r, proportional to p^{1/T} f; T = 1 is plain guidance.</summary>
    /// <param name="classifier">f̂ in each cell.</param>
    /// <param name="temperature">T, 1 or above.</param>
    /// <returns>Its density in each cell.</returns>
    public double[] Estimate(IReadOnlyList<double> classifier, double temperature) =>
        Normalized([.. Mixture.Zip(Checked(classifier), (p, f) => Math.Pow(p, 1 / temperature) * f)]);

    /// <summary>KL(p_r ‖ p̂).</summary>
    /// <param name="estimate">p̂ in each cell.</param>
    public double RetainError(IReadOnlyList<double> estimate) => Divergence(_retain, Checked(estimate));

    /// <summary>The mean of |p_r - p̂| over data to forget.</summary>
    /// <param name="estimate">p̂ in each cell.</param>
    public double ForgetError(IReadOnlyList<double> estimate) => Sum(i => _forget[i] * Math.Abs(_retain[i] - Checked(estimate)[i]));

    /// <summary>What tempering alone costs: the retain error of the exact classifier, 0 at T = 1.</summary>
    /// <param name="temperature">T.</param>
    public double RetainBias(double temperature) => RetainError(Estimate(Bayes, temperature));

    /// <summary>The forget error of the exact classifier, 0 at T = 1 and for disjoint supports.</summary>
    /// <param name="temperature">T.</param>
    public double ForgetBias(double temperature) => ForgetError(Estimate(Bayes, temperature));

    /// <summary>
    /// The chain rule at T = 1, exactly the excess risk: KL(Bern(1-γ) ‖ Bern(Ẑ)) + (1-γ) KL(p_r ‖ p̂_r) + γ KL(p_f ‖ p̂_f), with
    /// Ẑ the mean of f̂ and p̂_f proportional to p (1 - f̂).
    /// </summary>
    /// <param name="classifier">f̂ in each cell.</param>
    public double ChainRule(IReadOnlyList<double> classifier)
    {
        var mean = Mean(classifier);
        var other = Normalized([.. Mixture.Zip(Checked(classifier), (p, f) => p * (1 - f))]);
        return Divergence(1 - ForgetShare, mean) + ((1 - ForgetShare) * RetainError(Estimate(classifier, 1)))
            + (ForgetShare * Divergence(_forget, other));
    }

    /// <summary>The bound δ / (1 - γ) of the retain error at T = 1.</summary>
    /// <param name="classifier">f̂ in each cell.</param>
    public double RetainBound(IReadOnlyList<double> classifier) => ExcessRisk(classifier) / (1 - ForgetShare);

    /// <summary>The bound 2 ‖p_f‖∞ √(δ/2) / Ẑ of the forget error at T = 1.</summary>
    /// <param name="classifier">f̂ in each cell.</param>
    public double ForgetBound(IReadOnlyList<double> classifier) =>
        2 * ForgetPeak * Math.Sqrt(ExcessRisk(classifier) / 2) / Mean(classifier);

    /// <summary>
    /// The bound of the mean of |p̂^(T) - p_r^(T)| over data to forget, p_r^(T) proportional to p^{1/T} f*:
    /// ‖p_f‖∞^{1/T} γ^{-(1-1/T)} / N̂ · [√(δ/2) + (1-γ) C_k (δ/2)^{1/(2k)} / N*].
    /// </summary>
    /// <param name="classifier">f̂ in each cell.</param>
    /// <param name="temperature">T, 1 or above.</param>
    /// <param name="k">k, above 1 and at least T.</param>
    public double TemperedBound(IReadOnlyList<double> classifier, double temperature, double k)
    {
        var halfRisk = ExcessRisk(classifier) / 2;
        double Norm(IReadOnlyList<double> f) => Sum(i => Math.Pow(Mixture[i], 1 / temperature) * f[i]);
        var c = Math.Pow(Sum(i => Mixture[i] == 0 ? 0 : Math.Pow(Mixture[i], (k - temperature) / (temperature * (k - 1)))), (k - 1) / k);
        return Math.Pow(ForgetPeak, 1 / temperature) * Math.Pow(ForgetShare, (1 / temperature) - 1) / Norm(Checked(classifier))
            * (Math.Sqrt(halfRisk) + ((1 - ForgetShare) * c * Math.Pow(halfRisk, 1 / (2 * k)) / Norm(Bayes)));
    }

    /// <summary>The mean of |p̂^(T) - p_r^(T)| over data to forget, which <see cref="TemperedBound"/> bounds.</summary>
    /// <param name="classifier">f̂ in each cell.</param>
    /// <param name="temperature">T.</param>
    public double TemperedDistance(IReadOnlyList<double> classifier, double temperature)
    {
        double[] estimate = Estimate(classifier, temperature), exact = Estimate(Bayes, temperature);
        return Sum(i => _forget[i] * Math.Abs(estimate[i] - exact[i]));
    }

    private static double Divergence(double p, double q)
    {
        double Term(double a, double b) => a == 0 ? 0 : b == 0 ? double.PositiveInfinity : a * Math.Log(a / b);
        return Term(p, q) + Term(1 - p, 1 - q);
    }

    private double Divergence(double[] p, IReadOnlyList<double> q) =>
        Sum(i => p[i] == 0 ? 0 : q[i] == 0 ? double.PositiveInfinity : p[i] * Math.Log(p[i] / q[i]));

    private double Mean(IReadOnlyList<double> classifier) => Sum(i => Mixture[i] * Checked(classifier)[i]);

    private double Sum(Func<int, double> term)
    {
        var sum = 0.0;
        for (var i = 0; i < _volumes.Length; i++)
        {
            sum += _volumes[i] * term(i);
        }

        return sum;
    }

    private IReadOnlyList<double> Checked(IReadOnlyList<double> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        return cells.Count == _volumes.Length ? cells : throw new ArgumentException(
            $"There are {cells.Count} numbers for {_volumes.Length} cells; give one a cell.", nameof(cells));
    }

    private double[] Normalized(IReadOnlyList<double> density)
    {
        var mass = Sum(i => density[i]);
        return mass > 0 && double.IsFinite(mass)
            ? [.. density.Select(p => p / mass)]
            : throw new ArgumentException($"A density has mass {mass}; it must be above 0 and finite.", nameof(density));
    }
}
