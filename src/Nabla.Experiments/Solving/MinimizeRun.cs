using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Problems.Solving;
using Nabla.Procedures.Solvers;

namespace Nabla.Experiments;

/// <summary>Runs a solver on a problem of the test bed and keeps the trace in the store.</summary>
public static class MinimizeRun
{
    /// <summary>The series of the norm of the gradient at each gradient query.</summary>
    public const string NormSeries = MetricNames.GradientNorm;

    /// <summary>The solver of a name, with options.</summary>
    /// <param name="name">A name of the catalogue.</param>
    /// <param name="options">Its options by name.</param>
    /// <returns>The solver.</returns>
    /// <exception cref="OptionException">There is no such solver, or an option is wrong.</exception>
    public static ISolver Solver(string name, IReadOnlyDictionary<string, string> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        MethodDescriptor method = Catalogue.Find(name);
        if (!typeof(SolverOptions).IsAssignableFrom(method.OptionsType))
        {
            throw new OptionException(
                $"'{name}' is no solver. The solvers are {string.Join(", ", SolverNames)}.", "solver", name);
        }

        return ((SolverOptions)method.CreateOptions(options)).Create();
    }

    /// <summary>The names of all solvers.</summary>
    public static IEnumerable<string> SolverNames =>
        Catalogue.Methods.Where(m => typeof(SolverOptions).IsAssignableFrom(m.OptionsType)).Select(m => m.Name);

    /// <summary>The solver of problems with constraints.</summary>
    public static string ConstrainedSolver => ConstrainedMinimizeRun.Solver;

    /// <summary>Minimizes; the trace and the ending are in the store when this returns or throws.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="progress">Is told after each iteration; null: nobody.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="OptionException">There is no such solver, or an option is wrong.</exception>
    /// <exception cref="Nabla.Problems.Datasets.DataException">There is no such problem.</exception>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public static MinimizeOutcome Start(
        MinimizePlan plan, IProgress<MinimizeProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Solver == ConstrainedMinimizeRun.Solver)
        {
            return StartConstrained(plan, progress, cancellation);
        }

        if (ConstrainedProblems.All.Any(p => p.Name == plan.Problem))
        {
            throw new OptionException(
                $"'{plan.Problem}' has constraints, which '{plan.Solver}' does not know. Use {ConstrainedMinimizeRun.Solver}.", "solver", plan.Solver);
        }

        SolverProblem problem = SolverProblems.Find(plan.Problem);
        ISolver solver = Solver(plan.Solver, plan.Options);
        StoppingRule stop = new()
        {
            Iterations = plan.Iterations,
            GradientQueries = plan.GradientQueries ?? long.MaxValue,
            ValueQueries = plan.ValueQueries ?? long.MaxValue,
            Tolerance = plan.Tolerance,
            CheckGradient = plan.CheckGradient,
            CancellationToken = cancellation,
        };
        stop.ThrowIfInvalid();
        using RunStore store = RunStore.Open(plan.Home);
        using RunWriter writer = store.StartRun(Row(plan));
        try
        {
            return Minimize(plan, problem, solver, stop, writer, progress);
        }
        catch (Exception e) when (e is not RunStoreException)
        {
            StoredTraining.Fail(writer, e);
            throw;
        }
    }

    private static MinimizeOutcome StartConstrained(MinimizePlan plan, IProgress<MinimizeProgress>? progress, CancellationToken cancellation)
    {
        ConstrainedMinimizeRun.Check(plan);
        ConstrainedProblem problem = ConstrainedProblems.Find(plan.Problem);
        SketchNewtonAlOptions options = (SketchNewtonAlOptions)Catalogue.Find(plan.Solver).CreateOptions(plan.Options);
        using RunStore store = RunStore.Open(plan.Home);
        using RunWriter writer = store.StartRun(Row(plan));
        try
        {
            return ConstrainedMinimizeRun.Minimize(plan, problem, options, writer, progress, cancellation);
        }
        catch (Exception e) when (e is not RunStoreException)
        {
            StoredTraining.Fail(writer, e);
            throw;
        }
    }

    private static MinimizeOutcome Minimize(
        MinimizePlan plan, SolverProblem problem, ISolver solver, StoppingRule stop, RunWriter writer, IProgress<MinimizeProgress>? progress)
    {
        long started = Stopwatch.GetTimestamp();
        double value = double.NaN, norm = double.NaN;
        CountingObjective watched = new(problem.Objective, observer: (kind, _, answer, counts) =>
        {
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (kind == QueryKind.Value)
            {
                value = answer[0];
                writer.Append(MetricNames.Loss, counts.Gradients, seconds, value);
            }
            else if (kind == QueryKind.Gradient)
            {
                norm = Length(answer);
                writer.Append(NormSeries, counts.Gradients, seconds, norm);
            }
        });
        double[] start = [.. plan.Start ?? problem.Start];
        ProcedureResult result = solver.Minimize(
            watched, start, stop, (in ProcedureStep step) => progress?.Report(new MinimizeProgress(step.Iteration, step.Counts.Gradients, value, norm)));
        double took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double[] gradient = new double[problem.Dimension];
        problem.Objective.Gradient([.. result.BestPoint], gradient);
        MinimizeOutcome outcome = new(writer.Run, problem.Name, plan.Solver, result, Length(gradient), problem.Minima, took);
        writer.Finish(new RunOutcome(result.Ending.Key, result.Ending.Advice)
        {
            Steps = result.Iterations,
            FinalLoss = outcome.Value,
            Seconds = took,
            PerSecond = took > 0 ? result.Counts.Gradients / took : 0,
            PeakBytes = PeakMemory.Read(),
        });
        return outcome;
    }

    private static StoredRun Row(MinimizePlan plan) => new()
    {
        Verb = "minimize",
        Task = plan.Problem,
        Method = plan.Solver,
        Options = plan.Options,
        Settings = new JsonObject
        {
            ["iterations"] = plan.Iterations,
            ["gradient_queries"] = plan.GradientQueries,
            ["value_queries"] = plan.ValueQueries,
            ["tolerance"] = plan.Tolerance,
            ["check_gradient"] = plan.CheckGradient,
            ["start"] = plan.Start is null ? null : string.Join(' ', plan.Start.Select(x => x.ToString("R", CultureInfo.InvariantCulture))),
        }.ToJsonString(),
        Seed = plan.Seed,
        Versions = MachineFacts.Versions,
        Threads = 1,
        Commit = SourceState.Current.Commit,
        IsClean = SourceState.Current.IsClean,
    };

    internal static double Length(ReadOnlySpan<double> vector)
    {
        double squares = 0;
        foreach (double one in vector)
        {
            squares += one * one;
        }

        return Math.Sqrt(squares);
    }
}
