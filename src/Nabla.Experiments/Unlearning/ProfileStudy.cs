using System.Diagnostics;
using System.Globalization;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Experiments.Unlearning;

/// <summary>Runs methods of unlearning on made profiles, from the same model, and holds them beside a model that never saw the examples.</summary>
public static class ProfileStudy
{
    /// <summary>Runs a study.</summary>
    /// <param name="plan">What is compared.</param>
    /// <param name="progress">Told in a sentence what goes on; null: nobody.</param>
    /// <param name="cancellation">Ends early with <see cref="OperationCanceledException"/>; runs so far stay in the store.</param>
    /// <exception cref="DataException">The folder holds other profiles than asked for, or what is in it cannot be read.</exception>
    /// <exception cref="OptionException">A method or an option is wrong.</exception>
    /// <exception cref="RunStoreException">The store or the report cannot be written.</exception>
    public static ProfileStudyResult Run(ProfileStudyPlan plan, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        long clock = Stopwatch.GetTimestamp();
        plan = plan with { Methods = plan.Methods.Count > 0 ? plan.Methods : [.. UnlearningRun.Methods.Select(m => m.Name)] };
        ProfileSettings settings = plan.SettingsFile is { } given ? ProfileSettings.Load(given) : ProfileSettings.Shipped;
        foreach (string name in plan.Methods)
        {
            // What is wrong is said before anything is trained.
            Check(PlanOf(plan, name, settings), cancellation);
        }

        ProfileBench bench = ProfileBench.Open(plan, ProfileBench.Request(plan, plan.Profiles), Seed.From(plan.Seed), progress, cancellation);
        using RunStore store = RunStore.Open(plan.Home);
        string folder = Path.GetFullPath(plan.ReportFolder ?? Path.Combine(store.Home, "reports"));
        string stem = Path.Combine(folder, $"unlearning-{DateTime.UtcNow:yyMMdd-HHmmss}");
        string? written = null;
        if (plan.Trials > 0)
        {
            settings = ProfileCalibration.Run(plan, progress, cancellation);
            written = Write(stem + "-settings.json", path =>
            {
                Directory.CreateDirectory(folder);
                File.WriteAllText(path, settings.ToJson());
            });
        }

        UnlearningPlan[] plans = [.. plan.Methods.Select(name => PlanOf(plan, name, settings))];
        List<StudiedMethod> methods = [];
        foreach (UnlearningPlan one in plans)
        {
            methods.Add(Study(plan, one, bench, store, cancellation));
            StudiedMethod last = methods[^1];
            progress?.Report(last.IsMeasured
                ? FormattableString.Invariant($"{last.Name} ({methods.Count} of {plans.Length}): log10 of forget quality {last.Value("forget_quality_log10"):F2}, utility {last.Value("model_utility"):F3}, {last.Seconds:F1} s")
                : $"{last.Name} ({methods.Count} of {plans.Length}): {last.Advice}");
        }

        ProfileStudyResult result = new(
            plan, bench.Original, bench.Retrained, methods, [.. StudyFindings.Of(methods, bench.Original)], Stopwatch.GetElapsedTime(clock).TotalSeconds, stem + ".html")
        {
            Settings = settings,
            SettingsFile = written,
        };
        Write(result.Report, path => ReportPage.Write(ProfileStudyReport.Render(result), path));
        return result;
    }

    private static string Write(string path, Action<string> write)
    {
        try
        {
            write(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException($"The report cannot be written to '{path}': {e.Message} Name another folder with --out.", e);
        }
    }

    private static void Check(UnlearningPlan plan, CancellationToken cancellation)
    {
        UnlearningRun.OptionsOf(plan.Method, plan.Options);
        UnlearningRun.Budget(plan, cancellation);
    }

    private static UnlearningPlan PlanOf(ProfileStudyPlan plan, string method, ProfileSettings settings)
    {
        Dictionary<string, string> own = new(StringComparer.Ordinal), optimizer = new(StringComparer.Ordinal);
        foreach ((string name, string value) in plan.Options.TryGetValue(method, out var given) ? given : new Dictionary<string, string>())
        {
            if (name.StartsWith(UnlearningSettings.OptimizerPrefix, StringComparison.Ordinal))
            {
                optimizer[name[UnlearningSettings.OptimizerPrefix.Length..]] = value;
            }
            else
            {
                own[name] = value;
            }
        }

        UnlearningPlan request = ProfileBench.Request(plan, plan.Profiles) with { Method = method, Options = own, OptimizerOptions = optimizer };
        return UnlearningSettings.ForProfiles(request, settings: settings);
    }

    private static StudiedMethod Study(ProfileStudyPlan study, UnlearningPlan plan, ProfileBench bench, RunStore store, CancellationToken cancellation)
    {
        List<ProfileTrial> trials = [];
        List<string> runs = [];
        RetainNeed needs = UnlearningRun.OptionsOf(plan.Method, plan.Options).Create().Needs;
        StudiedMethod Done(string ending, string advice, IReadOnlyDictionary<string, Interval> metrics, double seconds, long trained) =>
            new(plan.Method, Settings(plan), plan.Epochs, runs, ending, advice, metrics, seconds, needs, trained);
        for (int i = 0; i < study.Seeds; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            UnlearningPlan one = plan with { Seed = study.Seed + i };
            using RunWriter writer = store.StartRun(UnlearningRun.Row(one));
            runs.Add(writer.Run);
            try
            {
                trials.Add(bench.Try(
                    one,
                    (step, seconds) => writer.Append(MetricNames.Loss, step.Step, seconds, step.Loss),
                    (result, seconds) => writer.Finish(
                        new RunOutcome(result.Ending.Key, result.Ending.Advice) { Steps = result.Steps, Seconds = seconds, PeakBytes = PeakMemory.Read() }),
                    cancellation));
            }
            catch (ArgumentException problem)
            {
                // A method for other models says so in a sentence; the comparison goes on without it.
                writer.Finish(new RunOutcome("failed", problem.Message));
                return Done("refused", problem.Message, new Dictionary<string, Interval>(), 0, 0);
            }
        }

        Ending ending = trials.Select(t => t.Ending).FirstOrDefault(e => e.Kind != EndingKind.Completed) ?? trials[^1].Ending;
        return Done(ending.Key, ending.Advice, Means([.. trials.Select(t => t.Audit)], study.Seed), trials.Average(t => t.Seconds), trials[^1].TrainedNumbers);
    }

    private static Dictionary<string, string> Settings(UnlearningPlan plan) => plan.Options
        .Concat(plan.OptimizerOptions.Select(o => KeyValuePair.Create(UnlearningSettings.OptimizerPrefix + o.Key, o.Value)))
        .Append(KeyValuePair.Create("batch", plan.Batch.ToString(CultureInfo.InvariantCulture)))
        .Concat(plan.Leads is { } leads ? [KeyValuePair.Create("leads", leads.ToString().ToLowerInvariant())] : [])
        .OrderBy(o => o.Key, StringComparer.Ordinal).ToDictionary(o => o.Key, o => o.Value);

    // With one seed the intervals are those over examples.
    private static IReadOnlyDictionary<string, Interval> Means(List<ModelAudit> audits, long seed) => audits.Count == 1
        ? audits[0].Metrics
        : audits[0].Metrics.Keys.Where(k => audits.All(a => a.Metrics.ContainsKey(k))).ToDictionary(
            k => k, k => Bootstrap.Mean([.. audits.Select(a => a.Metrics[k].Mean)], Seed.From(seed).Derive(k), 1000));
}
