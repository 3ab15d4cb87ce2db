using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Experiments;
using Nabla.Problems.Solving;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla minimize</c>: a solver on a problem of the test bed.</summary>
internal static class MinimizeVerb
{
    private const string Constrained = "constrained";

    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "minimize",
            "Minimizes a test problem with a solver and counts what it asked for.",
            "The trace goes to the run store: the value and the norm of the gradient by gradient queries. 'nabla minimize --list' shows "
                + "the problems; those with a range of sizes are written name:size. 'nabla methods --family solvers' shows the solvers.",
            "nabla minimize rosenbrock --solver lbfgs",
            "nabla minimize extended-rosenbrock:1000 --solver conjugate-gradient --tolerance 1e-8 --json",
            "nabla minimize hs40 --solver sketch-newton-al --set sketchSize=3",
            "nabla minimize --list");
        Argument<string?> problem = new("PROBLEM")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The problem, such as rosenbrock or extended-rosenbrock:1000.",
        };
        Option<string?> solver = new("--solver")
        {
            HelpName = "S",
            Description = "The solver, as 'nabla methods --family solvers' names it. Default: lbfgs; for problems with constraints sketch-newton-al.",
        };
        Option<string[]> set = new("--set")
        {
            HelpName = "NAME=VALUE",
            Description = "Sets an option of the solver; repeat for several. 'nabla explain SOLVER' lists them.",
        };
        Option<string?> start = new("--start") { HelpName = "X,Y,…", Description = "Where to begin. Default: the problem's own start." };
        Option<int> iterations = TaskArguments.Checked("--iterations", "N", "The most iterations.", n => n >= 1, "1 or more", 10_000);
        Option<long?> gradients = TaskArguments.Checked<long?>("--gradients", "N", "The most gradient queries.", n => n >= 1, "1 or more");
        Option<long?> values = TaskArguments.Checked<long?>("--values", "N", "The most value queries.", n => n >= 1, "1 or more");
        Option<double> tolerance = TaskArguments.Checked(
            "--tolerance", "E", "Ends where the norm of the gradient is at most this.", e => e >= 0, "0 or above", 1e-6);
        Option<bool> check = new("--check-gradient") { Description = "First hold the gradient at the start against differences of values." };
        Option<bool> list = new("--list") { Description = "List the problems instead." };
        Option<long> seed = TaskArguments.SeedOption();
        seed.Description = "Decides the sketches of sketch-newton-al; nothing else here is random.";
        Option<string?> home = RunsVerb.Home();
        command.Add(problem);
        foreach (Option option in new Option[] { solver, set, start, iterations, gradients, values, tolerance, check, list, seed, home })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(list))
            {
                return List(parsed.GetValue(command.Json), output);
            }

            MinimizePlan plan = new()
            {
                Problem = parsed.GetValue(problem) ?? throw new UsageException("Name a problem, as in 'nabla minimize rosenbrock'; 'nabla minimize --list' shows them."),
                Solver = parsed.GetValue(solver)?.Trim() ?? (IsConstrained(parsed.GetValue(problem)) ? MinimizeRun.ConstrainedSolver : "lbfgs"),
                Options = MethodSyntax.ReadSettings(parsed.GetValue(set) ?? []),
                Start = ReadStart(parsed.GetValue(start)),
                Iterations = parsed.GetValue(iterations),
                GradientQueries = parsed.GetValue(gradients),
                ValueQueries = parsed.GetValue(values),
                Tolerance = parsed.GetValue(tolerance),
                CheckGradient = parsed.GetValue(check),
                Seed = parsed.GetValue(seed),
                Home = TaskArguments.FullPath(parsed.GetValue(home)),
            };
            if (plan.Start is { } given && Dimension(plan.Problem) is var dimension && given.Count != dimension)
            {
                throw new UsageException($"The start has {given.Count} numbers; '{plan.Problem}' takes {dimension}. Give one a dimension.");
            }

            return Minimize(plan, parsed.GetValue(command.Json), output, parsed.InvocationConfiguration.Error);
        });
        return command;
    }

    /// <summary>The test bed as a table or a document.</summary>
    /// <param name="json">Whether a document is wanted.</param>
    /// <param name="output">Where to.</param>
    /// <returns>The exit code.</returns>
    private static int List(bool json, TextWriter output)
    {
        HashSet<string> scalable = [.. SolverProblems.Scalable];
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonArray([.. SolverProblems.All.Select(p => new JsonObject
            {
                ["problem"] = p.Name,
                ["title"] = p.Title,
                ["group"] = Group(p.Group),
                ["dimension"] = p.Dimension,
                ["scalable"] = scalable.Contains(p.Name),
                ["start"] = JsonDocumentWriter.Numbers(p.Start),
                ["minima"] = JsonDocumentWriter.Numbers(p.Minima),
                ["constraints"] = 0,
            }), .. ConstrainedProblems.All.Select(p => new JsonObject
            {
                ["problem"] = p.Name,
                ["title"] = p.Title,
                ["group"] = Constrained,
                ["dimension"] = p.Objective.Dimension,
                ["scalable"] = false,
                ["start"] = JsonDocumentWriter.Numbers(p.Start),
                ["minima"] = JsonDocumentWriter.Numbers(Known(p)),
                ["constraints"] = p.Objective.Constraints,
            })]));
            return ExitCode.Done;
        }

        PlainTable table = new("problem", "unknowns", "group", "known minima", "what it is");
        foreach (SolverProblem problem in SolverProblems.All)
        {
            table.Add(
                scalable.Contains(problem.Name) ? problem.Name + ":N" : problem.Name,
                problem.Dimension.ToString(CultureInfo.InvariantCulture),
                Group(problem.Group),
                problem.Minima.Count == 0 ? "-" : string.Join(", ", problem.Minima.Select(m => m.ToString("G6", CultureInfo.InvariantCulture))),
                problem.Title);
        }

        foreach (ConstrainedProblem problem in ConstrainedProblems.All)
        {
            table.Add(
                problem.Name,
                problem.Objective.Dimension.ToString(CultureInfo.InvariantCulture),
                Constrained,
                Known(problem) is [var known] ? known.ToString("G6", CultureInfo.InvariantCulture) : "-",
                problem.Title);
        }

        table.Write(output);
        return ExitCode.Done;
    }

    private static bool IsConstrained(string? name) => ConstrainedProblems.All.Any(p => p.Name == name);

    private static int Dimension(string name) =>
        IsConstrained(name) ? ConstrainedProblems.Find(name).Objective.Dimension : SolverProblems.Find(name).Dimension;

    private static double[] Known(ConstrainedProblem problem) => double.IsNaN(problem.Minimum) ? [] : [problem.Minimum];

    private static int Minimize(MinimizePlan plan, bool json, TextWriter output, TextWriter error)
    {
        using Interruption interruption = new(error, "Stopping the solver; the best point is kept.");
        Pace pace = new(TimeSpan.FromSeconds(3));
        pace.IsDue();
        MinimizeOutcome outcome = MinimizeRun.Start(
            plan,
            new MinimizeReporter(now =>
            {
                if (pace.IsDue())
                {
                    error.WriteLine($"{plan.Problem} with {plan.Solver}: iteration {now.Iteration}, {now.Gradients} gradients, value {Terminal.Short(now.Value)}, gradient norm {Terminal.Short(now.Norm)}");
                }
            }),
            interruption.Token);
        ProcedureResult result = outcome.Result;
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonObject
            {
                ["run"] = outcome.Run,
                ["problem"] = outcome.Problem,
                ["solver"] = outcome.Solver,
                ["dimension"] = result.Point.Count,
                ["value"] = JsonDocumentWriter.Number(outcome.Value),
                ["gradient_norm"] = JsonDocumentWriter.Number(outcome.BestNorm),
                ["known_minima"] = JsonDocumentWriter.Numbers(outcome.Minima),
                ["iterations"] = result.Iterations,
                ["value_queries"] = result.Counts.Values,
                ["gradient_queries"] = result.Counts.Gradients,
                ["hessian_vector_queries"] = result.Counts.Products,
                ["seconds"] = JsonDocumentWriter.Number(outcome.Seconds),
                ["ending"] = result.Ending.Key,
                ["advice"] = result.Ending.Advice,
                ["point"] = JsonDocumentWriter.Numbers(result.BestPoint),
                ["constraint_violation"] = JsonDocumentWriter.Number(outcome.Violation),
                ["multipliers"] = JsonDocumentWriter.Numbers(outcome.Multipliers),
            });
        }
        else
        {
            output.WriteLine($"run            {outcome.Run}");
            output.WriteLine($"ending         {result.Ending.Key} after {result.Iterations} iterations, {Terminal.Duration(TimeSpan.FromSeconds(outcome.Seconds))}");
            output.WriteLine($"value          {outcome.Value.ToString("G10", CultureInfo.InvariantCulture)}"
                + (outcome.Minima.Count > 0 ? $" (known minima: {string.Join(", ", outcome.Minima.Select(m => m.ToString("G6", CultureInfo.InvariantCulture)))})" : ""));
            output.WriteLine($"gradient norm  {Terminal.Short(outcome.BestNorm)}"
                + (outcome.Violation is { } violation ? $" (of the Lagrangian, with the constraints; these are off by {Terminal.Short(violation)})" : ""));
            output.WriteLine($"queries        {result.Counts.Values} values, {result.Counts.Gradients} gradients, {result.Counts.Products} products with the second derivative");
            output.WriteLine(result.Ending.Advice);
        }

        return result.Ending.Key == "cancelled"
            ? ExitCode.Interrupted
            : TrainVerb.Ended(result.Ending.Key, result.Ending.Advice, null, error);
    }

    private static double[]? ReadStart(string? text)
    {
        if (text is null)
        {
            return null;
        }

        List<double> numbers = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            numbers.Add(double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
                ? number
                : throw new UsageException($"The start '{text}' has '{part}', which is no finite number; write numbers separated by commas."));
        }

        return [.. numbers];
    }

    private static string Group(ProblemGroup group) => group switch
    {
        ProblemGroup.Residuals => "residuals",
        ProblemGroup.Valleys => "valleys",
        ProblemGroup.Learning => "learning",
        _ => "worst-case",
    };
}
