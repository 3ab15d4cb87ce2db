using Nabla.Engine;

namespace Nabla.Experiments.Unlearning;

/// <summary>Chooses settings of methods on made profiles of a seed of their own, as many trials for each method.</summary>
public static class ProfileCalibration
{
    /// <summary>The folder of the profiles that choose, in that of the study.</summary>
    public const string Folder = "calibration";

    // Far from the seeds that people give.
    private const long SeedDistance = 1000;

    // Answers to keep that a trial looks at; forget quality takes all that is to be forgotten.
    private const int KeptExamples = 60;

    /// <summary>The seed of the profiles on which a study's methods are calibrated.</summary>
    /// <param name="study">The seed of the study.</param>
    public static long SeedFor(long study) => study + SeedDistance;

    /// <summary>Tries settings of methods and keeps one of each.</summary>
    /// <param name="study">Profiles, methods, and how many trials each method has.</param>
    /// <param name="progress">Told in a sentence what goes on; null: nobody.</param>
    /// <param name="cancellation">Ends early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The settings; methods that do not fit such models, or have no settings to try, are not among them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of trials is below 1 or above <see cref="SettingGrids.Size"/>.</exception>
    public static ProfileSettings Run(ProfileStudyPlan study, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentOutOfRangeException.ThrowIfLessThan(study.Trials, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(study.Trials, SettingGrids.Size);
        long seed = SeedFor(study.Seed);
        // Membership plays no part in the rule, so nothing unseen is looked at.
        UnlearningPlan request = ProfileBench.Request(study, Path.Combine(study.Profiles, Folder)) with { Seed = seed, Unseen = null, AuditExamples = KeptExamples };
        ProfileBench bench = ProfileBench.Open(study, request, Seed.From(seed), progress, cancellation);
        Dictionary<string, ChosenSetting> chosen = new(StringComparer.Ordinal);
        foreach (string method in study.Methods)
        {
            List<ChosenSetting> tried = [];
            foreach (IReadOnlyDictionary<string, string> setting in Drawn(method, study.Trials, Seed.From(seed)))
            {
                cancellation.ThrowIfCancellationRequested();
                if (Try(bench, UnlearningSettings.With(bench.Plan with { Method = method }, setting), setting, cancellation) is not { } one)
                {
                    break;
                }

                tried.Add(one);
            }

            if (Best(tried) is { } best)
            {
                chosen[method] = best;
                progress?.Report(FormattableString.Invariant(
                    $"{method}: of {tried.Count} settings {string.Join(", ", best.Values.Select(v => $"{v.Key} {v.Value}"))}: log10 of forget quality {best.ForgetQualityLog10:F2}, utility {best.Utility:F3}"));
            }
        }

        return new ProfileSettings(seed, study.Authors, study.Percent, study.TrainingEpochs, study.Trials, chosen);
    }

    /// <summary>The setting that the rule chooses; null where there is none with figures.</summary>
    /// <param name="tried">What was tried.</param>
    public static ChosenSetting? Best(IReadOnlyList<ChosenSetting> tried)
    {
        ArgumentNullException.ThrowIfNull(tried);
        ChosenSetting[] finite = [.. tried.Where(t => double.IsFinite(t.ForgetQualityLog10) && double.IsFinite(t.Utility))];
        ChosenSetting[] within = [.. finite.Where(t => t.ForgetQualityLog10 >= Math.Log10(ProfileSettings.LeastForgetQuality))];
        return within.Length > 0
            ? within.MaxBy(t => t.Utility)
            : finite.OrderByDescending(t => t.ForgetQualityLog10).ThenByDescending(t => t.Utility).FirstOrDefault();
    }

    private static IEnumerable<IReadOnlyDictionary<string, string>> Drawn(string method, int trials, Seed seed)
    {
        IReadOnlyList<IReadOnlyDictionary<string, string>> grid = SettingGrids.Of(method);
        int[] order = [.. Enumerable.Range(0, grid.Count)];
        new RandomStream(seed.Derive("settings of " + method)).Shuffle(order.AsSpan());
        return order.Take(trials).Order().Select(i => grid[i]);
    }

    private static ChosenSetting? Try(ProfileBench bench, UnlearningPlan plan, IReadOnlyDictionary<string, string> setting, CancellationToken cancellation)
    {
        try
        {
            ModelAudit audit = bench.Try(plan, cancellation: cancellation).Audit;
            double Of(string name) => audit.Metrics.TryGetValue(name, out Interval value) ? value.Mean : double.NaN;
            return new ChosenSetting(setting, Of("forget_quality_log10"), Of("model_utility"));
        }
        catch (ArgumentException)
        {
            // The comparison says why.
            return null;
        }
    }
}
