using System.Diagnostics;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Experiments.Unlearning;

/// <summary>Runs methods of unlearning on made profiles, from the same model, and holds them beside a model that never saw the examples.</summary>
public static class ProfileStudy
{
    private const string OptimizerPrefix = "optimizer.";

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
        string[] names = plan.Methods.Count > 0 ? [.. plan.Methods] : [.. UnlearningRun.Methods.Select(m => m.Name)];
        UnlearningPlan[] plans = [.. names.Select(name => PlanOf(plan, name))];
        foreach (UnlearningPlan one in plans)
        {
            UnlearningRun.OptionsOf(one.Method, one.Options);
            UnlearningRun.Budget(one, cancellation);
        }

        Prepare(plan, progress, cancellation);
        using RunStore store = RunStore.Open(plan.Home);
        AuditMaterial material;
        ModelAudit retrained, original;
        using (ModelFolder full = ModelFolder.Load(plans[0].Model))
        using (ModelFolder other = ModelFolder.Load(plans[0].Retrained!))
        {
            material = new AuditMaterial(plans[0], full);
            progress?.Report("Judging the original and the retrained model.");
            ModelAudit first = material.Judge(other.Model.Language, other.Model.Module, null, cancellation);
            retrained = ModelAudit.Of(first.Sets, first, Seed.From(plan.Seed).Derive("audit"));
            original = material.Judge(full.Model.Language, full.Model.Module, retrained, cancellation);
        }

        List<StudiedMethod> methods = [];
        foreach (UnlearningPlan one in plans)
        {
            methods.Add(Study(plan, one, material, retrained, store, cancellation));
            StudiedMethod last = methods[^1];
            progress?.Report(last.IsMeasured
                ? FormattableString.Invariant($"{last.Name} ({methods.Count} of {plans.Length}): log10 of forget quality {last.Value("forget_quality_log10"):F2}, utility {last.Value("model_utility"):F3}, {last.Seconds:F1} s")
                : $"{last.Name} ({methods.Count} of {plans.Length}): {last.Advice}");
        }

        string folder = Path.GetFullPath(plan.ReportFolder ?? Path.Combine(store.Home, "reports"));
        string path = Path.Combine(folder, $"unlearning-{DateTime.UtcNow:yyMMdd-HHmmss}.html");
        ProfileStudyResult result = new(
            plan, original, retrained, methods, [.. StudyFindings.Of(methods, original)], Stopwatch.GetElapsedTime(clock).TotalSeconds, path);
        try
        {
            ReportPage.Write(ProfileStudyReport.Render(result), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException($"The report cannot be written to '{path}': {e.Message} Name another folder with --out.", e);
        }

        return result;
    }

    private static UnlearningPlan PlanOf(ProfileStudyPlan plan, string method)
    {
        Dictionary<string, string> own = new(StringComparer.Ordinal), optimizer = new(StringComparer.Ordinal);
        foreach ((string name, string value) in plan.Options.TryGetValue(method, out var given) ? given : new Dictionary<string, string>())
        {
            (name.StartsWith(OptimizerPrefix, StringComparison.Ordinal) ? optimizer : own)[
                name.StartsWith(OptimizerPrefix, StringComparison.Ordinal) ? name[OptimizerPrefix.Length..] : name] = value;
        }

        string File(string name) => Path.Combine(plan.Profiles, name);
        return UnlearningSettings.ForProfiles(new UnlearningPlan
        {
            Model = File("full"),
            Retrained = File("retrained"),
            Forget = File($"forget{plan.Percent:00}.json"),
            Retain = File($"retain{100 - plan.Percent}.json"),
            Unseen = File("unseen.json"),
            Utility = [File("real_authors.json"), File("world_facts.json")],
            Refusals = File("idontknow.jsonl"),
            Method = method,
            Options = own,
            OptimizerOptions = optimizer,
            Seed = plan.Seed,
            NewTokens = 24,
            Audit = true,
            Out = plan.Profiles,
            Home = plan.Home,
        });
    }

    private static void Prepare(ProfileStudyPlan plan, IProgress<string>? progress, CancellationToken cancellation)
    {
        string note = Path.Combine(plan.Profiles, ProfileTraining.NoteFile);
        string wanted = ProfileTraining.Note(plan.Authors, plan.Percent, plan.TrainingEpochs, Seed.From(plan.Seed));
        if (File.Exists(note))
        {
            if (File.ReadAllText(note) != wanted)
            {
                throw new DataException($"'{plan.Profiles}' holds profiles of another making, {File.ReadAllText(note)} and not {wanted}. Ask for the same, or name another folder with --profiles.");
            }

            progress?.Report($"Using the profiles and models in '{plan.Profiles}'.");
            return;
        }

        if (Directory.Exists(plan.Profiles) && Directory.EnumerateFileSystemEntries(plan.Profiles).Any())
        {
            throw new DataException($"'{plan.Profiles}' holds other things than profiles of this comparison. Name an empty or a new folder with --profiles.");
        }

        ProfileTraining.Make(plan.Profiles, plan.Authors, plan.Percent, plan.TrainingEpochs, Seed.From(plan.Seed), progress, cancellation);
    }

    private static StudiedMethod Study(
        ProfileStudyPlan study, UnlearningPlan plan, AuditMaterial material, ModelAudit retrained, RunStore store, CancellationToken cancellation)
    {
        List<ModelAudit> audits = [];
        List<string> runs = [];
        List<double> seconds = [];
        UnlearnerOptions options = UnlearningRun.OptionsOf(plan.Method, plan.Options);
        RetainNeed needs = options.Create().Needs;
        Ending ending = new(EndingKind.Completed, "");
        long trained = 0;
        for (int i = 0; i < study.Seeds; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using ModelFolder folder = ModelFolder.Load(plan.Model);
            using RunWriter writer = store.StartRun(UnlearningRun.Row(plan with { Seed = study.Seed + i }));
            runs.Add(writer.Run);
            long clock = Stopwatch.GetTimestamp();
            try
            {
                UnlearningResult result = options.Create().Forget(
                    material.Task(folder.Model),
                    UnlearningRun.Budget(plan with { Seed = study.Seed + i }, cancellation),
                    (in UnlearningStep step) => writer.Append(MetricNames.Loss, step.Step, Stopwatch.GetElapsedTime(clock).TotalSeconds, step.Loss));
                using IDisposable? owned = result.Scorer as IDisposable;
                seconds.Add(Stopwatch.GetElapsedTime(clock).TotalSeconds);
                Dictionary<string, long> sizes = folder.Model.Module.Parameters.ToDictionary(p => p.Name, p => p.Value.ElementCount);
                trained = result.ChangedParameters.Sum(name => sizes.GetValueOrDefault(name));
                ending = ending.Kind == EndingKind.Completed ? result.Ending : ending;
                writer.Finish(new RunOutcome(result.Ending.Key, result.Ending.Advice) { Steps = result.Steps, Seconds = seconds[^1], PeakBytes = PeakMemory.Read() });
                if (result.Ending.Kind == EndingKind.Cancelled)
                {
                    throw new OperationCanceledException(cancellation);
                }

                audits.Add(material.Judge(result.Scorer ?? folder.Model.Language, result.Scorer is null ? folder.Model.Module : null, retrained, cancellation));
            }
            catch (ArgumentException problem)
            {
                // A method for other models says so in a sentence; the comparison goes on without it.
                writer.Finish(new RunOutcome("failed", problem.Message));
                return new StudiedMethod(plan.Method, Settings(plan), plan.Epochs, runs, "refused", problem.Message, new Dictionary<string, Interval>(), 0, needs, 0);
            }
        }

        return new StudiedMethod(
            plan.Method, Settings(plan), plan.Epochs, runs, ending.Key, ending.Advice, Means(audits, study.Seed), seconds.Average(), needs, trained);
    }

    private static Dictionary<string, string> Settings(UnlearningPlan plan) => plan.Options
        .Concat(plan.OptimizerOptions.Select(o => KeyValuePair.Create(OptimizerPrefix + o.Key, o.Value)))
        .OrderBy(o => o.Key, StringComparer.Ordinal).ToDictionary(o => o.Key, o => o.Value);

    // With one seed the intervals are those over examples.
    private static IReadOnlyDictionary<string, Interval> Means(List<ModelAudit> audits, long seed) => audits.Count == 1
        ? audits[0].Metrics
        : audits[0].Metrics.Keys.Where(k => audits.All(a => a.Metrics.ContainsKey(k))).ToDictionary(
            k => k, k => Bootstrap.Mean([.. audits.Select(a => a.Metrics[k].Mean)], Seed.From(seed).Derive(k), 1000));
}
