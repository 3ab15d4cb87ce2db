using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Engine;
using Nabla.Experiments;
using Nabla.Experiments.Unlearning;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla compare unlearning</c>: methods of unlearning on made profiles.</summary>
internal static class CompareUnlearning
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "unlearning",
            "Lets methods of unlearning forget the same invented authors and holds each beside a model that never saw them.",
            "One table and one plot: forget quality against utility, with the time of each method. The report says whether T3 and MinNorm-OG stand where "
                + "their papers put them. Data and models are made by the program; --profiles keeps them for the next time.",
            "nabla compare unlearning",
            "nabla compare unlearning --methods gradient-difference,npo,t3 --profiles profiles --set npo.alpha=2",
            "nabla compare unlearning --methods npo,t3 --tune 12 --out tuned");
        Option<string?> methods = new("--methods") { HelpName = "A,B,C", Description = "The methods, separated by commas. Default: all." };
        Option<string[]> set = new("--set")
        {
            HelpName = "NAME=VALUE",
            Description = "Sets an option: method.name=value for one method, name=value for all; optimizer.name for the optimizer. Repeat for several.",
        };
        Option<string?> profiles = new("--profiles") { HelpName = "FOLDER", Description = "Where data and models are, or are made. Default: a temporary folder." };
        Option<int> authors = TaskArguments.Checked("--authors", "N", "How many authors to invent.", n => n is >= 4 and <= 60, "between 4 and 60", 40);
        Option<string> split = new("--split") { HelpName = "forget01|forget05|forget10", Description = "What is to be forgotten.", DefaultValueFactory = _ => "forget10" };
        Option<int> epochs = TaskArguments.Checked(
            "--training-epochs", "N", "Passes over the data where models are made.", n => n is >= 1 and <= 10_000, "between 1 and 10000", ProfileTraining.DefaultEpochs);
        Option<int> seeds = TaskArguments.Checked("--seeds", "K", "Runs every method with K seeds.", k => k is >= 1 and <= 100, "between 1 and 100", 1);
        Option<int> tune = TaskArguments.Checked(
            "--tune", "N",
            $"Before comparing, tries N settings of each method on other profiles and keeps one of each. Rule: {ProfileSettings.Rule}. What was chosen is written beside the report.",
            n => n is >= 0 and <= SettingGrids.Size, $"between 0 and {SettingGrids.Size}", 0);
        Option<string?> settings = new("--settings") { HelpName = "FILE", Description = "Settings that an earlier --tune wrote. Default: those of the program." };
        Option<string?> output = new("--out") { HelpName = "FOLDER", Description = "The folder for the report. Default: the store's." };
        Option<long> seed = TaskArguments.SeedOption();
        Option<int?> threads = TaskArguments.ThreadsOption();
        TaskArguments.Restrict(split, "forget01", "forget05", "forget10");
        foreach (Option option in (Option[])[methods, set, profiles, authors, split, epochs, seeds, tune, settings, output, seed, threads])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            Torch.Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(threads));
            TextWriter error = parsed.InvocationConfiguration.Error;
            if (parsed.GetValue(tune) > 0 && parsed.GetValue(settings) is not null)
            {
                throw new UsageException("--tune chooses settings and --settings names some. Give one of the two.");
            }

            string? kept = TaskArguments.FullPath(parsed.GetValue(profiles));
            string folder = kept ?? Directory.CreateTempSubdirectory("nabla-profiles-").FullName;
            try
            {
                string[] names = parsed.GetValue(methods) is { } some ? [.. MethodSyntax.SplitList(some)] : [.. UnlearningRun.Methods.Select(m => m.Name)];
                ProfileStudyPlan plan = new()
                {
                    Profiles = folder,
                    Methods = names,
                    Options = MethodSyntax.ShareOut(names, MethodSyntax.ReadSettings(parsed.GetValue(set) ?? [])),
                    Seeds = parsed.GetValue(seeds),
                    Seed = parsed.GetValue(seed),
                    Authors = parsed.GetValue(authors),
                    Percent = int.Parse(parsed.GetValue(split)!["forget".Length..], CultureInfo.InvariantCulture),
                    TrainingEpochs = parsed.GetValue(epochs),
                    Trials = parsed.GetValue(tune),
                    SettingsFile = TaskArguments.FullPath(parsed.GetValue(settings)),
                    ReportFolder = TaskArguments.FullPath(parsed.GetValue(output)),
                    Command = "nabla " + string.Join(' ', parsed.Tokens.Select(t => t.Value)),
                };
                using Interruption interruption = new(error, "Stopping; runs so far stay in the store.");
                ProfileStudyResult result = ProfileStudy.Run(plan, new UnlearningReporter(error, paced: true), interruption.Token);
                Print(result, parsed.GetValue(command.Json), parsed.InvocationConfiguration.Output);
                return ExitCode.Done;
            }
            finally
            {
                if (kept is null)
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        });
        return command;
    }

    private static void Print(ProfileStudyResult result, bool json, TextWriter output)
    {
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonObject
            {
                ["authors"] = result.Plan.Authors,
                ["percent"] = result.Plan.Percent,
                ["seeds"] = result.Plan.Seeds,
                ["settings"] = new JsonObject
                {
                    ["rule"] = ProfileSettings.Rule,
                    ["seed"] = result.Settings.Seed,
                    ["trials"] = result.Settings.Trials,
                    ["file"] = result.SettingsFile,
                },
                ["original"] = AuditDocument.Metrics(result.Original),
                ["retrained"] = AuditDocument.Metrics(result.Retrained),
                ["methods"] = new JsonArray([.. result.Methods.Select(m => (JsonNode)new JsonObject
                {
                    ["name"] = m.Name,
                    ["options"] = new JsonObject(m.Options.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value))),
                    ["epochs"] = m.Epochs,
                    ["runs"] = new JsonArray([.. m.Runs.Select(r => (JsonNode)r)]),
                    ["ending"] = m.Ending,
                    ["advice"] = m.Advice,
                    ["metrics"] = AuditDocument.Metrics(m.Metrics),
                    ["seconds"] = JsonDocumentWriter.Number(m.Seconds),
                    ["needs"] = m.Needs.ToString().ToLowerInvariant(),
                    ["trained_numbers"] = m.TrainedNumbers,
                })]),
                ["findings"] = new JsonArray([.. result.Findings.Select(f => (JsonNode)new JsonObject
                {
                    ["method"] = f.Method, ["says"] = f.Says, ["holds"] = f.Holds, ["sentence"] = f.Sentence,
                })]),
                ["seconds"] = JsonDocumentWriter.Number(result.Seconds),
                ["report"] = result.Report,
            });
            return;
        }

        PlainTable table = new(["method", .. ProfileStudyReport.Columns.Select(c => c.Title), "s", "ending"]);
        void Add(string name, IReadOnlyDictionary<string, Interval> metrics, string seconds, string ending) => table.Add(
            [name, .. ProfileStudyReport.Columns.Select(c => metrics.TryGetValue(c.Metric, out Interval value) ? value.Mean.ToString("0.000", CultureInfo.InvariantCulture) : "-"), seconds, ending]);
        Add("original", result.Original.Metrics, "-", "-");
        Add("retrained", result.Retrained.Metrics, "-", "-");
        foreach (StudiedMethod method in result.Methods.OrderByDescending(m => m.IsMeasured ? m.Value("forget_quality_log10") : double.NegativeInfinity))
        {
            Add(method.Name, method.Metrics, method.Seconds.ToString("0.0", CultureInfo.InvariantCulture), method.Ending);
        }

        table.Write(output);
        output.WriteLine();
        foreach (StudyFinding finding in result.Findings)
        {
            output.WriteLine($"{finding.Method} {(finding.Holds ? "stands" : "does not stand")} where its paper puts it. {finding.Says} Here: {finding.Sentence}");
        }

        output.WriteLine(result.Settings.Origin);
        if (result.SettingsFile is { } file)
        {
            output.WriteLine($"settings  {file}");
        }

        output.WriteLine($"report    {result.Report}");
    }
}
