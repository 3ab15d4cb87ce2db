using System.Diagnostics;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Procedures.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>Made profiles, both models of them judged, on which methods are tried one after another.</summary>
internal sealed class ProfileBench
{
    private readonly AuditMaterial _material;

    private ProfileBench(UnlearningPlan plan, AuditMaterial material, ModelAudit retrained, ModelAudit original) =>
        (Plan, _material, Retrained, Original) = (plan, material, retrained, original);

    /// <summary>The request, without a method.</summary>
    public UnlearningPlan Plan { get; }

    public ModelAudit Retrained { get; }

    public ModelAudit Original { get; }

    /// <summary>The request on a study's profiles, without a method.</summary>
    /// <param name="study">The study.</param>
    /// <param name="folder">The folder of the profiles.</param>
    public static UnlearningPlan Request(ProfileStudyPlan study, string folder)
    {
        string File(string name) => Path.Combine(folder, name);
        return new UnlearningPlan
        {
            Model = File("full"),
            Retrained = File("retrained"),
            Forget = File($"forget{study.Percent:00}.json"),
            Retain = File($"retain{100 - study.Percent}.json"),
            Unseen = File("unseen.json"),
            Utility = [File("real_authors.json"), File("world_facts.json")],
            Refusals = File("idontknow.jsonl"),
            Method = "",
            Seed = study.Seed,
            NewTokens = 24,
            Audit = true,
            Out = folder,
            Home = study.Home,
        };
    }

    /// <summary>Makes profiles and models where they are missing, and judges both models.</summary>
    /// <exception cref="DataException">The folder holds other profiles, or something else.</exception>
    public static ProfileBench Open(ProfileStudyPlan study, UnlearningPlan request, Seed seed, IProgress<string>? progress, CancellationToken cancellation)
    {
        string folder = Path.GetDirectoryName(request.Model)!;
        Prepare(study, folder, seed, progress, cancellation);
        using ModelFolder full = ModelFolder.Load(request.Model);
        using ModelFolder other = ModelFolder.Load(request.Retrained!);
        AuditMaterial material = new(request, full);
        progress?.Report("Judging the original and the retrained model.");
        ModelAudit first = material.Judge(other.Model.Language, other.Model.Module, null, cancellation);
        ModelAudit retrained = ModelAudit.Of(first.Sets, first, Seed.From(request.Seed).Derive("audit"));
        return new ProfileBench(request, material, retrained, material.Judge(full.Model.Language, full.Model.Module, retrained, cancellation));
    }

    /// <summary>Lets a method forget in a fresh copy of the model and judges it.</summary>
    /// <param name="plan">Method, settings and seed.</param>
    /// <param name="observer">Told of steps; the time since the beginning is its second number.</param>
    /// <param name="ended">Told how it ended and after how many seconds, before anything is judged.</param>
    /// <param name="cancellation">Ends early with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The method is for other models.</exception>
    public ProfileTrial Try(
        UnlearningPlan plan,
        Action<UnlearningStep, double>? observer = null,
        Action<UnlearningResult, double>? ended = null,
        CancellationToken cancellation = default)
    {
        using ModelFolder folder = ModelFolder.Load(plan.Model);
        long clock = Stopwatch.GetTimestamp();
        UnlearningResult result = UnlearningRun.OptionsOf(plan.Method, plan.Options).Create().Forget(
            _material.Task(folder.Model),
            UnlearningRun.Budget(plan, cancellation),
            (in UnlearningStep step) => observer?.Invoke(step, Stopwatch.GetElapsedTime(clock).TotalSeconds));
        double seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        using IDisposable? owned = result.Scorer as IDisposable;
        ended?.Invoke(result, seconds);
        if (result.Ending.Kind == EndingKind.Cancelled)
        {
            throw new OperationCanceledException(cancellation);
        }

        ModelAudit audit = _material.Judge(result.Scorer ?? folder.Model.Language, result.Scorer is null ? folder.Model.Module : null, Retrained, cancellation);
        if (result.Scorer is T3Scorer tempered)
        {
            // How much of what is lost is the temperature's alone.
            tempered.Options = tempered.Options with { Guidance = 0, ForgetShare = 0 };
            audit = audit.WithMetric(StudyFindings.TemperedUtility, _material.Judge(tempered, null, Retrained, cancellation).Metrics["model_utility"]);
        }

        Dictionary<string, long> sizes = folder.Model.Module.Parameters.ToDictionary(p => p.Name, p => p.Value.ElementCount);
        return new ProfileTrial(result.Ending, audit, result.ChangedParameters.Sum(name => sizes.GetValueOrDefault(name)), seconds);
    }

    private static void Prepare(ProfileStudyPlan plan, string folder, Seed seed, IProgress<string>? progress, CancellationToken cancellation)
    {
        string note = Path.Combine(folder, ProfileTraining.NoteFile);
        string wanted = ProfileTraining.Note(plan.Authors, plan.Percent, plan.TrainingEpochs, seed);
        if (File.Exists(note))
        {
            if (File.ReadAllText(note) != wanted)
            {
                throw new DataException($"'{folder}' holds profiles of another making, {File.ReadAllText(note)} and not {wanted}. Ask for the same, or name another folder with --profiles.");
            }

            progress?.Report($"Using the profiles and models in '{folder}'.");
            return;
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new DataException($"'{folder}' holds other things than profiles of this comparison. Name an empty or a new folder with --profiles.");
        }

        ProfileTraining.Make(folder, plan.Authors, plan.Percent, plan.TrainingEpochs, seed, progress, cancellation);
    }
}
