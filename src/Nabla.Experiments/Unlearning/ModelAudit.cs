using Nabla.Engine;

namespace Nabla.Experiments.Unlearning;

/// <summary>What an audit found out about a model.</summary>
/// <param name="Sets">What the model does with each set.</param>
/// <param name="Attacks">How well its scores give away what it was trained on; empty without unseen examples.</param>
/// <param name="Metrics">Every metric by name, with 95 % intervals over examples where there are such.</param>
public sealed record ModelAudit(
    IReadOnlyList<SetScores> Sets, IReadOnlyList<MembershipAttack> Attacks, IReadOnlyDictionary<string, Interval> Metrics)
{
    /// <summary>The name of the set to forget.</summary>
    public const string Forget = "forget";

    /// <summary>The name of the set to keep.</summary>
    public const string Retain = "retain";

    /// <summary>The name of the set that no model was trained on.</summary>
    public const string Unseen = "unseen";

    /// <summary>What the model knows of questions that were asked with examples before them.</summary>
    public IReadOnlyList<KnowledgeScores> Knowledge { get; private init; } = [];

    private const string AttackOfLeak = "min_k";
    private const int Resamples = 1000;

    /// <summary>The scores of the set to forget.</summary>
    public SetScores Forgotten => Sets.First(s => s.Set.Name == Forget);

    /// <summary>Puts scores together.</summary>
    /// <param name="sets">The scores of all sets, those to forget among them.</param>
    /// <param name="retrained">The same of a model that was never trained on the set to forget; null where there is none.</param>
    /// <param name="seed">Seed of the resampling.</param>
    public static ModelAudit Of(IReadOnlyList<SetScores> sets, ModelAudit? retrained, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(sets);
        OrderedDictionary<string, Interval> metrics = new(StringComparer.Ordinal);
        foreach (SetScores set in sets.Where(s => s.Set.Name != Unseen))
        {
            AddMeans(metrics, set, seed);
        }

        SetScores forget = sets.First(s => s.Set.Name == Forget);
        if (Utility([.. sets.Where(s => s.Set.Name is not (Forget or Unseen))], seed) is { } utility)
        {
            metrics["model_utility"] = utility.All;
            metrics["model_utility_rouge"] = utility.Rouge;
        }

        if (retrained?.Forgotten.TruthRatios is { Count: > 0 } reference && forget.TruthRatios.Count > 0)
        {
            KolmogorovSmirnov test = KolmogorovSmirnov.Of(forget.TruthRatios, reference);
            metrics["forget_quality"] = new Interval(test.PValue, null, null);
            metrics["forget_quality_log10"] = new Interval(test.Log10PValue, null, null);
        }

        List<MembershipAttack> attacks = [.. AttacksOn(forget, sets.FirstOrDefault(s => s.Set.Name == Unseen), retrained, seed)];
        foreach (MembershipAttack attack in attacks)
        {
            metrics["membership_" + attack.Name] = attack.Area;
        }

        if (attacks.Find(a => a.Name == AttackOfLeak) is { } leak)
        {
            double known = retrained?.Attacks.FirstOrDefault(a => a.Name == AttackOfLeak)?.Area.Mean ?? 0.5;
            double Leak(double area) => MembershipAttack.PrivacyLeak(area, known);
            // More area is less leak: the ends change places.
            metrics["privacy_leak"] = new Interval(
                Leak(leak.Area.Mean), leak.Area.High is { } high ? Leak(high) : null, leak.Area.Low is { } low ? Leak(low) : null);
        }

        return new ModelAudit(sets, attacks, metrics);
    }

    /// <summary>The audit with answers to questions on knowledge, each file a metric with an interval.</summary>
    internal ModelAudit With(IReadOnlyList<KnowledgeScores> knowledge, Seed seed)
    {
        OrderedDictionary<string, Interval> metrics = new(Metrics, StringComparer.Ordinal);
        foreach (KnowledgeScores one in knowledge)
        {
            string key = $"{one.Name}_knowledge";
            metrics[key] = Bootstrap.Mean([.. one.Scores], seed.Derive(key), Resamples);
        }

        return this with { Metrics = metrics, Knowledge = knowledge };
    }

    /// <summary>The audit with one more metric.</summary>
    internal ModelAudit WithMetric(string name, Interval value) => this with
    {
        Metrics = new OrderedDictionary<string, Interval>(Metrics, StringComparer.Ordinal) { [name] = value },
    };

    private static void AddMeans(OrderedDictionary<string, Interval> metrics, SetScores set, Seed seed)
    {
        void Add(string name, IReadOnlyList<double> values)
        {
            if (values.Count > 0 && values.All(double.IsFinite))
            {
                string key = $"{set.Set.Name}_{name}";
                metrics[key] = Bootstrap.Mean([.. values], seed.Derive(key), Resamples);
            }
        }

        Add("probability", set.Probability);
        Add("rouge", set.Rouge);
        Add("truth_ratio", set.Set.Name == Forget ? [.. set.TruthRatios.Select(TruthRatio.Forgotten)] : [.. set.TruthRatios.Select(TruthRatio.Kept)]);
        Add("exact_memorization", set.ExactMemorization);
        Add("extraction_strength", set.ExtractionStrength);
        Add("accuracy", set.Accuracy);
    }

    private static (Interval All, Interval Rouge)? Utility(SetScores[] kept, Seed seed)
    {
        double[][][] parts =
        [
            .. kept.Select(s => new[] { s.Probability, s.Rouge, [.. s.TruthRatios.Select(TruthRatio.Kept)] }
                .Where(v => v.Count > 0 && v.All(x => double.IsFinite(x) && x >= 0)).Select(v => v.ToArray()).ToArray()),
        ];
        double[][] rouge = [.. kept.Where(s => s.Rouge.Count > 0).Select(s => s.Rouge.ToArray())];
        if (parts.All(p => p.Length == 0) || rouge.Length == 0)
        {
            return null;
        }

        double All(Func<int, int[]?> drawn) => ModelUtility.HarmonicMean(
            [.. parts.SelectMany((set, i) => set.Select(values => Mean(values, drawn(i))))]);
        double Rouge(Func<int, int[]?> drawn) => ModelUtility.HarmonicMean([.. rouge.Select((values, i) => Mean(values, drawn(i)))]);
        RandomStream random = new(seed.Derive("utility"));
        double[] all = new double[Resamples], some = new double[Resamples];
        for (int r = 0; r < Resamples; r++)
        {
            int[]?[] draws = [.. kept.Select(s => Draw(random, s.Set.Examples.Count))];
            all[r] = All(i => draws[i]);
            some[r] = Rouge(i => draws[i]);
        }

        return (Percentiles(All(_ => null), all), Percentiles(Rouge(_ => null), some));
    }

    private static int[] Draw(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextInt(count))];

    private static double Mean(double[] values, int[]? drawn) => drawn is null ? values.Average() : drawn.Average(i => values[i]);

    private static Interval Percentiles(double value, double[] draws)
    {
        Array.Sort(draws);
        return new Interval(value, draws[(int)(0.025 * draws.Length)], draws[(int)(0.975 * draws.Length)]);
    }

    private static IEnumerable<MembershipAttack> AttacksOn(SetScores forget, SetScores? unseen, ModelAudit? retrained, Seed seed)
    {
        if (unseen is null)
        {
            yield break;
        }

        foreach ((string name, IReadOnlyList<double> scores) in forget.Membership)
        {
            if (unseen.Membership.TryGetValue(name, out IReadOnlyList<double>? others))
            {
                yield return MembershipAttack.Of(name, scores, others, seed);
            }
        }

        if (retrained?.Sets.FirstOrDefault(s => s.Set.Name == Unseen) is { } reference)
        {
            yield return MembershipAttack.Of(
                "reference",
                [.. forget.Losses.Select((l, i) => l - retrained.Forgotten.Losses[i])],
                [.. unseen.Losses.Select((l, i) => l - reference.Losses[i])],
                seed);
        }
    }
}
