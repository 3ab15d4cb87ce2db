using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Experiments;

namespace Nabla.Cli.Verbs;

/// <summary>The branch <c>nabla compare problems</c>: solvers over the test bed.</summary>
internal sealed class CompareProblems
{
    /// <summary>What the task is called.</summary>
    public const string Task = "problems";

    /// <summary>The solvers.</summary>
    public Option<string?> Solvers { get; } = new("--solvers")
    {
        HelpName = "A,B,C",
        Description = "With the task 'problems': the solvers, separated by commas, compared by gradient queries over the test bed.",
    };

    private Option<string?> Problems { get; } = new("--problems")
    {
        HelpName = "A,B,C",
        Description = "With --solvers: the problems, separated by commas. Default: the whole test bed.",
    };

    private Option<long> Gradients { get; } = TaskArguments.Checked(
        "--gradients", "N", "With --solvers: the most gradient queries of a run.", n => n is >= 1 and <= 1_000_000, "between 1 and 1000000", 1000L);

    private Option<double> Accuracy { get; } = TaskArguments.Checked(
        "--accuracy", "TAU", "With --solvers: the part of the fall from the start to the lowest value of any solver that may remain where a problem counts as solved.",
        t => t > 0 && t < 1, "above 0 and below 1", 1e-5);

    /// <summary>Adds the options to the verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command)
    {
        command.Add(Solvers);
        command.Add(Problems);
        command.Add(Gradients);
        command.Add(Accuracy);
    }

    /// <summary>Compares and prints.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="json">Whether a document is wanted.</param>
    /// <param name="settings">The values of <c>--set</c>.</param>
    /// <param name="home">The folder of the store.</param>
    /// <param name="commandLine">The command as typed.</param>
    /// <returns>The exit code.</returns>
    public int Run(ParseResult parsed, bool json, string[] settings, string? home, string commandLine)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        if (parsed.GetValue(Solvers) is not { } list)
        {
            throw new UsageException("The task 'problems' compares solvers; name them with --solvers, as in --solvers lbfgs,bfgs,gradient.");
        }

        IReadOnlyList<string> names = MethodSyntax.SplitList(list);
        SolverComparisonPlan plan = new()
        {
            Solvers = names,
            Options = MethodSyntax.ShareOut(names, MethodSyntax.ReadSettings(settings)),
            Problems = parsed.GetValue(Problems) is { } some ? MethodSyntax.SplitList(some) : [],
            GradientQueries = parsed.GetValue(Gradients),
            Accuracy = parsed.GetValue(Accuracy),
            Home = home,
            Command = commandLine,
        };
        using Interruption interruption = new(error, "Stopping; nothing is kept of this comparison.");
        Pace pace = new(TimeSpan.FromSeconds(2));
        SolverComparisonResult result = SolverComparison.Run(
            plan,
            (at, of, name) =>
            {
                if (pace.IsDue())
                {
                    error.WriteLine($"Problem {at + 1} of {of}: {name}");
                }
            },
            interruption.Token);
        if (json)
        {
            JsonDocumentWriter.Write(parsed.InvocationConfiguration.Output, Document(result));
        }
        else
        {
            Print(result, parsed.InvocationConfiguration.Output);
        }

        return ExitCode.Done;
    }

    private static JsonObject Document(SolverComparisonResult result) => new()
    {
        ["task"] = Task,
        ["gradients"] = result.Plan.GradientQueries,
        ["accuracy"] = result.Plan.Accuracy,
        ["seconds"] = JsonDocumentWriter.Number(result.Seconds),
        ["solvers"] = new JsonArray([.. result.Costs.Methods.Select((name, s) => new JsonObject
        {
            ["name"] = name,
            ["run"] = result.Runs[s],
            ["solved"] = result.Performance[s].Solved,
            ["first"] = result.Performance[s].At(1),
            ["score"] = Profiles.Score(result.Performance[s]),
            ["median_queries"] = JsonDocumentWriter.Number(result.MedianQueries(s)),
            ["data_profile"] = Steps(result.Data[s]),
            ["query_profile"] = Steps(result.Queries[s]),
            ["performance_profile"] = Steps(result.Performance[s]),
        })]),
        ["problems"] = new JsonArray([.. result.Costs.Problems.Select((name, p) => new JsonObject
        {
            ["name"] = name,
            ["dimension"] = result.Trace(0, p).Problem.Dimension,
            ["queries"] = JsonDocumentWriter.Numbers(Enumerable.Range(0, result.Costs.Methods.Count).Select(s => result.Costs[s, p])),
            ["values"] = JsonDocumentWriter.Numbers(Enumerable.Range(0, result.Costs.Methods.Count).Select(s => result.Trace(s, p).Best)),
            ["runs"] = JsonDocumentWriter.Texts(Enumerable.Range(0, result.Costs.Methods.Count).Select(s => result.PairRuns[(p * result.Costs.Methods.Count) + s])),
            ["endings"] = JsonDocumentWriter.Texts(Enumerable.Range(0, result.Costs.Methods.Count).Select(s => result.Trace(s, p).Result.Ending.Key)),
        })]),
        ["report"] = result.Report,
    };

    private static JsonArray Steps(Profile profile) => new([.. profile.Steps.Select(step => JsonDocumentWriter.Numbers([step.X, step.Share]))]);

    private static void Print(SolverComparisonResult result, TextWriter output)
    {
        string[] budgets = ["20", "100", "500"];
        PlainTable table = new(["solver", "solved", "first", "score", "median queries", .. budgets.Select(b => $"within {b}")]);
        foreach (int s in Enumerable.Range(0, result.Costs.Methods.Count).OrderByDescending(s => Profiles.Score(result.Performance[s])))
        {
            table.Add(
            [
                result.Costs.Methods[s],
                Share(result.Performance[s].Solved),
                Share(result.Performance[s].At(1)),
                Profiles.Score(result.Performance[s]).ToString("F3", CultureInfo.InvariantCulture),
                result.MedianQueries(s).ToString("0.#", CultureInfo.InvariantCulture),
                .. budgets.Select(b => Share(result.Queries[s].At(double.Parse(b, CultureInfo.InvariantCulture)))),
            ]);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Costs.Problems.Count} problems, at most {result.Plan.GradientQueries} gradient queries a run, accuracy {result.Plan.Accuracy:0.###e0}, {result.Seconds:0.0} s."));
        output.WriteLine("first: the share of problems on which no other needed fewer; median: over the problems that all solve;");
        output.WriteLine("within N: the share solved within N gradient queries.");
        output.WriteLine();
        table.Write(output);
        output.WriteLine();
        output.WriteLine($"Report: {result.Report}");
        output.WriteLine($"Runs: {result.PairRuns.Count} with their curves; 'nabla runs list --task PROBLEM' finds those of a problem.");
    }

    private static string Share(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";
}
