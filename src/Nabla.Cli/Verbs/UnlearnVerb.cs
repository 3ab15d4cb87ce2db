using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Experiments;
using Nabla.Experiments.Unlearning;
using Nabla.Problems.Unlearning;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla unlearn</c>: makes a copy of a model forget examples, and audits it.</summary>
internal static class UnlearnVerb
{
    private const string OptimizerPrefix = "optimizer.";

    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "unlearn",
            "Makes a copy of a language model forget examples and writes an audit report.",
            "The original is only read. The folder of --out, or one of the store, gets the changed model, a record with checksums and, with --audit, a report: every metric "
                + "before and after, membership attacks, answers side by side, cost, and what was not measured. It is no certificate of deletion. "
                + "'nabla methods --family unlearning' lists the methods; 'nabla unlearn profiles' makes data and models to try them on.",
            "nabla unlearn --model FOLDER --forget forget.json --retain retain.json --method npo --audit --out forgotten",
            "nabla unlearn --model FOLDER --forget request.json --method gradient-difference --set alpha=2 --set optimizer.learningRate=5e-4 --out forgotten");
        Option<string> model = new("--model") { HelpName = "RUN|FOLDER", Description = "The model's folder, or a run that left one: of 'nabla unlearn' or 'nabla train text --model'.", Required = true };
        Option<string> forget = new("--forget")
        {
            HelpName = "FILE",
            Description = "Examples to forget, or a request {\"data\": FILE, \"examples\": [IDENTIFIERS]}.",
            Required = true,
        };
        Option<string?> retain = new("--retain") { HelpName = "FILE", Description = "Examples to keep. Default: what a request leaves of its file." };
        Option<int> retainExamples = TaskArguments.Checked(
            "--retain-examples", "N", "The fewest examples to keep that will do.", n => n >= 0, "0 or more", 0);
        Option<string> method = new("--method") { HelpName = "NAME", Description = "The method.", Required = true };
        Option<string[]> set = new("--set")
        {
            HelpName = "NAME=VALUE",
            Description = "Sets an option of the method, or with optimizer.NAME=VALUE one of the optimizer; repeat for several.",
        };
        Option<string> optimizer = new("--optimizer")
        {
            HelpName = "NAME",
            Description = "What changes the weights. Unless set, adamw has the rate 1e-5 and the decay 0.01 of the benchmarks.",
            DefaultValueFactory = _ => "adamw",
        };
        Option<int> epochs = TaskArguments.Checked("--epochs", "N", "The most passes over the examples to forget.", n => n is >= 1 and <= 100_000, "between 1 and 100000", 10);
        Option<int> batch = TaskArguments.Checked("--batch", "N", "Examples of each kind in a step.", n => n is >= 1 and <= 1 << 16, "between 1 and 65536", 8);
        Option<string?> leads = new("--leads") { HelpName = "forget|retain", Description = "Whose examples a pass goes over. Default: what the method says, mostly forget." };
        Option<string?> preset = new("--preset")
        {
            HelpName = "profiles",
            Description = "Settings of each method that suit the small models of 'nabla unlearn profiles'; what is set otherwise wins.",
        };
        Option<string?> retrained = new("--retrained") { HelpName = "FOLDER", Description = "A model that never saw the examples, to compare with." };
        Option<string[]> utility = new("--utility") { HelpName = "FILE", Description = "Further examples that the model should still know; repeat for several." };
        Option<string[]> knowledge = new("--knowledge") { HelpName = "FILE", Description = "Questions on knowledge, asked as MUSE does, to forget or to keep; repeat for several." };
        Option<string[]> shots = new("--shots") { HelpName = "FILE", Description = "Answered examples before those questions: one file for all, or one for each." };
        Option<string?> unseen = new("--unseen") { HelpName = "FILE", Description = "Examples that no model was trained on, for membership attacks." };
        Option<string?> refusals = new("--refusals") { HelpName = "FILE", Description = "Answers of the kind 'I do not know', one a line." };
        Option<string> template = new("--template")
        {
            HelpName = "TEXT",
            Description = "What stands around a question; \\n is a new line. Default: that of TOFU.",
            DefaultValueFactory = _ => ExampleTokens.DefaultTemplate.Replace("\n", "\\n", StringComparison.Ordinal),
        };
        Option<int> examples = TaskArguments.Checked("--audit-examples", "N", "The most examples of a set that the audit looks at.", n => n >= 1, "1 or more", 400);
        Option<int> tokens = TaskArguments.Checked("--tokens", "N", "The most tokens of an answer in the audit.", n => n >= 1, "1 or more", ModelJudge.DefaultNewTokens);
        Option<bool> audit = new("--audit") { Description = "Judge the model before and after, and write the report." };
        Option<string?> output = new("--out") { HelpName = "FOLDER", Description = "Where the changed model, the record and the report go. Default: the run's folder in the store." };
        Option<long> seed = TaskArguments.SeedOption();
        Option<int?> threads = TaskArguments.ThreadsOption();
        foreach (Option option in (Option[])
            [model, forget, retain, retainExamples, method, set, optimizer, epochs, batch, leads, preset, retrained, utility, knowledge, shots, unseen, refusals, template, examples,
                tokens, audit, output, seed, threads])
        {
            command.Add(option);
        }

        TaskArguments.Restrict(preset!, "profiles");
        TaskArguments.Restrict(leads!, "forget", "retain");
        command.Add(CreateProfiles());
        command.SetAction(parsed =>
        {
            Torch.Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(threads));
            TextWriter error = parsed.InvocationConfiguration.Error;
            (Dictionary<string, string> own, Dictionary<string, string> inner) = Split(MethodSyntax.ReadSettings(parsed.GetValue(set) ?? []));
            UnlearningPlan plan = new()
            {
                Model = parsed.GetValue(model)!,
                Forget = parsed.GetValue(forget)!,
                Retain = parsed.GetValue(retain),
                RetainExamples = parsed.GetValue(retainExamples),
                Method = parsed.GetValue(method)!.Trim(),
                Options = own,
                Optimizer = parsed.GetValue(optimizer)!.Trim(),
                OptimizerOptions = inner,
                Epochs = parsed.GetValue(epochs),
                Batch = parsed.GetValue(batch),
                Leads = parsed.GetValue(leads) switch { "forget" => ExampleSet.Forget, "retain" => ExampleSet.Retain, _ => null },
                Seed = parsed.GetValue(seed),
                Retrained = parsed.GetValue(retrained),
                Utility = parsed.GetValue(utility) ?? [],
                Knowledge = parsed.GetValue(knowledge) ?? [],
                Shots = parsed.GetValue(shots) ?? [],
                Unseen = parsed.GetValue(unseen),
                Refusals = parsed.GetValue(refusals),
                Template = parsed.GetValue(template)!.Replace("\\n", "\n", StringComparison.Ordinal),
                AuditExamples = parsed.GetValue(examples),
                NewTokens = parsed.GetValue(tokens),
                Audit = parsed.GetValue(audit),
                Out = parsed.GetValue(output),
                Command = "nabla " + string.Join(' ', parsed.Tokens.Select(t => t.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{t.Value}\"" : t.Value)),
            };
            // What stands on the command line wins over what is usual.
            plan = parsed.GetValue(preset) is null
                ? UnlearningSettings.Published(plan)
                : UnlearningSettings.ForProfiles(plan, parsed.GetResult(epochs) is { Implicit: false });
            using Interruption interruption = new(error, "Stopping; no model is written.");
            UnlearningOutcome outcome = UnlearningRun.Start(plan, new UnlearningReporter(error), interruption.Token);
            Print(outcome, parsed.GetValue(command.Json), parsed.InvocationConfiguration.Output);
            return TrainVerb.Ended(outcome.Result.Ending.Key, outcome.Result.Ending.Advice, null, error);
        });
        return command;
    }

    private static VerbCommand CreateProfiles()
    {
        VerbCommand command = new(
            "profiles",
            "Makes questions about invented authors in TOFU's layout, a small GPT that knows them by heart, and one that never saw some of them.",
            "The folder gets the data (full.json, forget01/05/10.json, retain99/95/90.json, unseen.json, real_authors.json, world_facts.json, "
                + "idontknow.jsonl) and two models, 'full' and 'retrained'. Everything is made by the program.",
            "nabla unlearn profiles --out profiles",
            "nabla unlearn profiles --authors 8 --epochs 20 --out small");
        Option<string> output = new("--out") { HelpName = "FOLDER", Description = "Where to.", Required = true };
        Option<int> authors = TaskArguments.Checked("--authors", "N", "How many authors to invent.", n => n is >= 4 and <= 60, "between 4 and 60", 40);
        Option<string> split = new("--split") { HelpName = "forget01|forget05|forget10", Description = "What the retrained model never sees.", DefaultValueFactory = _ => "forget10" };
        Option<int> epochs = TaskArguments.Checked("--epochs", "N", "Passes over the data.", n => n is >= 1 and <= 10_000, "between 1 and 10000", ProfileTraining.DefaultEpochs);
        Option<long> seed = TaskArguments.SeedOption();
        Option<int?> threads = TaskArguments.ThreadsOption();
        TaskArguments.Restrict(split, "forget01", "forget05", "forget10");
        foreach (Option option in (Option[])[output, authors, split, epochs, seed, threads])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            Torch.Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(threads));
            TextWriter error = parsed.InvocationConfiguration.Error;
            string folder = Path.GetFullPath(parsed.GetValue(output)!);
            using Interruption interruption = new(error, "Stopping; the models are not finished.");
            int percent = int.Parse(parsed.GetValue(split)!["forget".Length..], CultureInfo.InvariantCulture);
            (double full, double retrained) = ProfileTraining.Make(
                folder, parsed.GetValue(authors), percent, parsed.GetValue(epochs), Seed.From(parsed.GetValue(seed)),
                new UnlearningReporter(error, paced: true), interruption.Token);
            if (parsed.GetValue(command.Json))
            {
                JsonDocumentWriter.Write(parsed.InvocationConfiguration.Output, new JsonObject
                {
                    ["folder"] = folder,
                    ["authors"] = parsed.GetValue(authors),
                    ["questions"] = parsed.GetValue(authors) * MadeProfiles.QuestionsPerAuthor,
                    ["full"] = new JsonObject { ["model"] = Path.Combine(folder, "full"), ["loss"] = JsonDocumentWriter.Number(full) },
                    ["retrained"] = new JsonObject { ["model"] = Path.Combine(folder, "retrained"), ["loss"] = JsonDocumentWriter.Number(retrained) },
                });
            }
            else
            {
                TextWriter text = parsed.InvocationConfiguration.Output;
                text.WriteLine($"data       {folder}");
                text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"full       {Path.Combine(folder, "full")}, {full:F4} nats a token"));
                text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"retrained  {Path.Combine(folder, "retrained")}, {retrained:F4} nats a token, without {parsed.GetValue(split)}"));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static (Dictionary<string, string> Own, Dictionary<string, string> Optimizer) Split(IReadOnlyDictionary<string, string> settings)
    {
        Dictionary<string, string> own = new(StringComparer.Ordinal), inner = new(StringComparer.Ordinal);
        foreach ((string name, string value) in settings)
        {
            if (name.StartsWith(OptimizerPrefix, StringComparison.Ordinal))
            {
                inner[name[OptimizerPrefix.Length..]] = value;
            }
            else
            {
                own[name] = value;
            }
        }

        return (own, inner);
    }

    private static void Print(UnlearningOutcome outcome, bool json, TextWriter output)
    {
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonObject
            {
                ["run"] = outcome.Run,
                ["method"] = outcome.Plan.Method,
                ["before"] = AuditDocument.Metrics(outcome.Before),
                ["after"] = AuditDocument.Metrics(outcome.After),
                ["retrained"] = outcome.Retrained is null ? null : AuditDocument.Metrics(outcome.Retrained),
                ["seconds"] = JsonDocumentWriter.Number(outcome.Seconds),
                ["report"] = outcome.Report,
            });
            return;
        }

        output.WriteLine($"run      {outcome.Run}");
        output.WriteLine($"ending   {outcome.Result.Ending.Key} after {outcome.Result.Steps} steps, {Terminal.Duration(TimeSpan.FromSeconds(outcome.Seconds))}");
        if (outcome is { Before: { } before, After: { } after })
        {
            output.WriteLine();
            PlainTable table = new("metric", "before", "after", "retrained");
            foreach (string name in before.Metrics.Keys.Union(after.Metrics.Keys))
            {
                table.Add(name, Cell(before, name), Cell(after, name), Cell(outcome.Retrained, name));
            }

            table.Write(output);
            output.WriteLine();
        }

        output.WriteLine($"model    {outcome.ModelFolder ?? "none was written"}");
        output.WriteLine($"report   {outcome.Report}");
        output.WriteLine(outcome.Result.Ending.Advice);
    }

    private static string Cell(ModelAudit? audit, string name) => audit is not null && audit.Metrics.TryGetValue(name, out Interval value)
        ? value.Mean.ToString(Math.Abs(value.Mean) is < 1e-3 and > 0 ? "0.0e0" : "0.###", CultureInfo.InvariantCulture)
        : "-";
}
