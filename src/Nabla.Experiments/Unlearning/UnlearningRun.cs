using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Experiments.Unlearning;

/// <summary>Makes a copy of a model forget, writes it with a record of what was done, and judges it when asked.</summary>
public static class UnlearningRun
{
    private const string Verb = "unlearn";
    private const string ModelKind = "model";

    /// <summary>The methods, by name.</summary>
    public static IEnumerable<MethodDescriptor> Methods => Catalogue.Methods.Where(m => typeof(UnlearnerOptions).IsAssignableFrom(m.OptionsType));

    /// <summary>The options of a method of unlearning.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">What is set.</param>
    /// <exception cref="OptionException">There is no such method, or an option is wrong.</exception>
    public static UnlearnerOptions OptionsOf(string name, IReadOnlyDictionary<string, string> options)
    {
        MethodDescriptor method = Catalogue.Find(name);
        return typeof(UnlearnerOptions).IsAssignableFrom(method.OptionsType)
            ? (UnlearnerOptions)method.CreateOptions(options)
            : throw new OptionException($"'{name}' is no method of unlearning. There are {string.Join(", ", Methods.Select(m => m.Name))}.", "method", name);
    }

    /// <summary>Does what a plan asks for. The original is read and never written to.</summary>
    /// <param name="plan">What is asked.</param>
    /// <param name="progress">Told in a sentence what goes on; null: nobody.</param>
    /// <param name="cancellation">Ends early; no model is written then.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="DataException">A file, folder or request is wrong.</exception>
    /// <exception cref="OptionException">A method or an option is wrong.</exception>
    /// <exception cref="RunStoreException">The store or the folder cannot be written.</exception>
    public static UnlearningOutcome Start(UnlearningPlan plan, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        UnlearnerOptions options = OptionsOf(plan.Method, plan.Options);
        UnlearningBudget budget = Budget(plan, cancellation);
        using RunStore store = RunStore.Open(plan.Home);
        string original = FolderOf(plan.Model, store);
        foreach (string read in new[] { original, plan.Retrained }.OfType<string>())
        {
            if (plan.Out is not null)
            {
                ModelFolder.RefuseOriginal(read, plan.Out);
            }
        }

        using ModelFolder folder = ModelFolder.Load(original);
        AuditMaterial material = new(plan, folder);
        using RunWriter writer = store.StartRun(Row(plan));
        try
        {
            string to = plan.Out ?? OwnFolder(store, writer.Run);
            UnlearningOutcome outcome = Run(plan, to, options, budget, folder, material, writer, progress, cancellation);
            if (outcome.ModelFolder is { } written)
            {
                store.AddArtefact(writer.Run, new Artefact(ModelKind, ModelKind, written));
            }

            Finish(writer, outcome);
            return outcome;
        }
        catch (OperationCanceledException)
        {
            writer.Finish(new RunOutcome(StoredRun.Cancelled, "Stopped during the audit; no model was written."));
            throw;
        }
        catch (Exception e) when (e is not RunStoreException)
        {
            StoredTraining.Fail(writer, e);
            throw;
        }
    }

    /// <summary>The budget of a plan.</summary>
    internal static UnlearningBudget Budget(UnlearningPlan plan, CancellationToken cancellation)
    {
        UnlearningBudget budget = new()
        {
            Optimizer = Catalogue.Find(plan.Optimizer).CreateOptions(plan.OptimizerOptions),
            Epochs = plan.Epochs,
            BatchSize = plan.Batch,
            Leads = plan.Leads,
            RetainExamples = plan.RetainExamples,
            Seed = Seed.From(plan.Seed).Derive("unlearn"),
            CancellationToken = cancellation,
        };
        budget.ThrowIfInvalid();
        return budget;
    }

    private static UnlearningOutcome Run(
        UnlearningPlan plan,
        string to,
        UnlearnerOptions options,
        UnlearningBudget budget,
        ModelFolder folder,
        AuditMaterial material,
        RunWriter writer,
        IProgress<string>? progress,
        CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, string> files = ModelFolder.Checksums(folder.Path);
        ModelAudit? retrained = null, before = null, after = null;
        if (plan is { Audit: true, Retrained: { } path })
        {
            progress?.Report("Judging the retrained model.");
            using ModelFolder reference = ModelFolder.Load(path);
            RequireSame(folder, reference);
            retrained = material.Judge(reference.Model.Language, reference.Model.Module, null, cancellation);
            // Its own line compares it with itself, which is what others are held to.
            Seed seed = Seed.From(plan.Seed).Derive("audit");
            retrained = ModelAudit.Of(retrained.Sets, retrained, seed).With(retrained.Knowledge, seed);
        }

        if (plan.Audit)
        {
            progress?.Report("Judging the model as it is.");
            before = material.Judge(folder.Model.Language, folder.Model.Module, retrained, cancellation);
        }

        string weights = WeightChecksum.Of(folder.Model.Module);
        long clock = Stopwatch.GetTimestamp();
        IUnlearner unlearner = options.Create();
        UnlearningResult result = unlearner.Forget(
            material.Task(folder.Model),
            budget,
            (in UnlearningStep step) =>
            {
                writer.Append(MetricNames.Loss, step.Step, Stopwatch.GetElapsedTime(clock).TotalSeconds, step.Loss);
                if (step.IsLastOfEpoch)
                {
                    progress?.Report(FormattableString.Invariant($"Pass {step.Epoch + 1}: step {step.Step} of {step.TotalSteps}, loss {step.Loss:G5}."));
                }
            });
        double seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        using IDisposable? owned = result.Scorer as IDisposable;
        if (!unlearner.ChangesModel && WeightChecksum.Of(folder.Model.Module) != weights)
        {
            throw new InvalidOperationException($"'{plan.Method}' changed weights although it works around the model. This is a fault of the program.");
        }

        if (plan.Audit && result.Ending.Kind != EndingKind.Cancelled)
        {
            progress?.Report("Judging the model as it became.");
            after = material.Judge(
                result.Scorer ?? folder.Model.Language, result.Scorer is null ? folder.Model.Module : null, retrained, cancellation);
        }

        bool isWritten = result.Ending.IsSuccess;
        try
        {
            Directory.CreateDirectory(to);
            if (isWritten)
            {
                progress?.Report($"Writing to '{to}'.");
                folder.SaveTo(to);
                (result.Scorer as ISavedScorer)?.Save(to);
            }

            // The promise is kept, or the run fails.
            if (!ModelFolder.Checksums(folder.Path).SequenceEqual(files))
            {
                throw new RunStoreException($"The files of the original in '{folder.Path}' changed while this ran. Do not use either model before you know why.");
            }

            IReadOnlyDictionary<string, long> sizes = folder.Model.Module.Parameters.ToDictionary(p => p.Name, p => p.Value.ElementCount);
            List<string> missing = [.. material.NotMeasured];
            if (result.Scorer is not null && plan.Unseen is not null)
            {
                missing.Insert(0, "The gradient-norm attack after unlearning: the method works around the model, whose own weights are unchanged.");
            }

            UnlearningOutcome outcome = new(
                writer.Run, plan, result, unlearner.Needs, material.Request.Forget.Count, material.Request.Retain.Count, seconds)
            {
                Before = before,
                After = after,
                Retrained = retrained,
                Options = Catalogue.Find(plan.Method).ValuesOf(options),
                OptimizerOptions = Catalogue.Find(plan.Optimizer).ValuesOf(budget.Optimizer),
                PeakBytes = PeakMemory.Read(),
                TrainedNumbers = result.ChangedParameters.Sum(name => sizes.GetValueOrDefault(name)),
                Original = files,
                Written = isWritten ? ModelFolder.Checksums(to) : new Dictionary<string, string>(),
                Data = material.Files.Distinct().ToDictionary(Path.GetFullPath, ModelFolder.Checksum),
                ModelFolder = isWritten ? Path.GetFullPath(to) : null,
                NotMeasured = missing,
                Report = Path.GetFullPath(Path.Combine(to, plan.Audit && after is not null ? AuditReport.Page : AuditReport.Record)),
            };
            AuditReport.Write(outcome, to);
            return outcome;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException($"Nothing can be written to '{to}': {e.Message} Name another folder with --out.", e);
        }
    }

    private static void Finish(RunWriter writer, UnlearningOutcome outcome) => writer.Finish(
        new RunOutcome(outcome.Result.Ending.Key, outcome.Result.Ending.Advice)
        {
            Steps = outcome.Result.Steps,
            Seconds = outcome.Seconds,
            PeakBytes = outcome.PeakBytes,
        });

    private static void RequireSame(ModelFolder folder, ModelFolder reference)
    {
        if (reference.Model.Language.Vocabulary != folder.Model.Language.Vocabulary)
        {
            throw new DataException(
                $"The retrained model in '{reference.Path}' knows {reference.Model.Language.Vocabulary} tokens, the model {folder.Model.Language.Vocabulary}. Give a model with the same tokenizer.");
        }
    }

    private static string FolderOf(string model, RunStore store)
    {
        if (Directory.Exists(model))
        {
            return model;
        }

        if (store.Find(model) is not { } run)
        {
            throw new DataException($"There is no folder and no run '{model}'. Give the folder of a model, or a run that left one.");
        }

        return store.Artefacts(run.Id).FirstOrDefault(a => a.Kind == ModelKind)?.Path is { } folder && Directory.Exists(folder)
            ? folder
            : throw new DataException(
                $"The run '{model}' left no folder with a model: it is of 'nabla {run.Verb}'. Give a run of 'nabla unlearn' or of "
                + "'nabla train text --model' whose folder is still there, or a folder.");
    }

    private static string OwnFolder(RunStore store, string run) => Path.Combine(store.FolderOf(run), "unlearned");

    /// <summary>The row of a run that is about to begin.</summary>
    internal static StoredRun Row(UnlearningPlan plan) => new()
    {
        Verb = Verb,
        Task = $"unlearn:{Path.GetFileNameWithoutExtension(plan.Forget)}",
        Method = plan.Method,
        Options = plan.Options,
        Seed = plan.Seed,
        Settings = new JsonObject
        {
            ["model"] = plan.Model,
            ["forget"] = plan.Forget,
            ["retain"] = plan.Retain,
            ["optimizer"] = plan.Optimizer,
            ["optimizer_options"] = new JsonObject(plan.OptimizerOptions.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value))),
            ["epochs"] = plan.Epochs,
            ["batch"] = plan.Batch.ToString(CultureInfo.InvariantCulture),
            ["leads"] = plan.Leads?.ToString().ToLowerInvariant(),
            ["out"] = plan.Out is null ? null : Path.GetFullPath(plan.Out),
        }.ToJsonString(),
        Versions = MachineFacts.Versions,
        Threads = Torch.Threads,
        Commit = SourceState.Current.Commit,
        IsClean = SourceState.Current.IsClean,
    };
}
