using Nabla.Engine;

namespace Nabla.Experiments.Unlearning;

/// <summary>How well a score tells examples that a model saw from such that it never saw.</summary>
/// <param name="Name">The score: loss, zlib, min-k, min-k-plus-plus, reference or gradient-norm.</param>
/// <param name="Area">The probability that an unseen example scores higher than one to forget; ½: the score tells nothing. With a 95 % interval.</param>
/// <param name="Curve">The share of unseen examples taken for seen, and of seen ones found, at every threshold; from (0, 0) to (1, 1).</param>
public sealed record MembershipAttack(string Name, Interval Area, IReadOnlyList<(double FalseShare, double FoundShare)> Curve)
{
    private const double Guard = 1e-10;

    /// <summary>Measures a score.</summary>
    /// <param name="name">What the score is called.</param>
    /// <param name="forget">Scores of the examples to forget; at least one.</param>
    /// <param name="unseen">Scores of examples that no model was trained on; at least one.</param>
    /// <param name="seed">Seed of the resampling that gives the interval.</param>
    public static MembershipAttack Of(string name, IReadOnlyList<double> forget, IReadOnlyList<double> unseen, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(forget);
        ArgumentNullException.ThrowIfNull(unseen);
        ClickMetrics metrics = new(
            [.. forget.Select(_ => 0f), .. unseen.Select(_ => 1f)], [.. forget.Select(Finite), .. unseen.Select(Finite)]);
        return new MembershipAttack(name, metrics.Intervals(seed.Derive(name)).Area, RocCurve(forget, unseen));
    }

    /// <summary>What is left to find, by Min-K's area: ((1 - A) - (1 - A′)) / (1 - A′) in percent, with A′ the retrained model's area (MUSE).</summary>
    /// <param name="area">The area of the model.</param>
    /// <param name="reference">The area of a model that never saw the examples; ½ where there is none.</param>
    /// <returns>0: as if retrained. Far below: still there. Far above: so well hidden that it can be seen.</returns>
    public static double PrivacyLeak(double area, double reference = 0.5) => ((1 - area) - (1 - reference)) / (1 - reference + Guard) * 100;

    private static double Finite(double score) => double.IsNaN(score) ? double.MaxValue : Math.Clamp(score, -double.MaxValue, double.MaxValue);

    private static List<(double, double)> RocCurve(IReadOnlyList<double> forget, IReadOnlyList<double> unseen)
    {
        (double Score, bool Seen)[] all =
            [.. forget.Select(s => (Finite(s), true)).Concat(unseen.Select(s => (Finite(s), false))).OrderBy(s => s.Item1)];
        List<(double, double)> curve = [(0, 0)];
        int found = 0, wrong = 0;
        for (int i = 0; i < all.Length; i++)
        {
            (found, wrong) = all[i].Seen ? (found + 1, wrong) : (found, wrong + 1);
            if (i + 1 == all.Length || all[i + 1].Score != all[i].Score)
            {
                curve.Add(((double)wrong / unseen.Count, (double)found / forget.Count));
            }
        }

        return curve;
    }
}
