using System.Diagnostics;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Solving;
using Nabla.Procedures.Solvers;

namespace Nabla.Experiments;

/// <summary>The part of <see cref="MinimizeRun"/> for problems with equality constraints.</summary>
internal static class ConstrainedMinimizeRun
{
    /// <summary>The solver of such problems.</summary>
    public const string Solver = "sketch-newton-al";

    private const string ResidualSeries = "kkt_residual";
    private const string ViolationSeries = "constraint_violation";

    /// <summary>Minimizes; the run is finished when this returns.</summary>
    /// <exception cref="OptionException">The plan has a limit that this solver does not have.</exception>
    public static MinimizeOutcome Minimize(
        MinimizePlan plan, ConstrainedProblem problem, SketchNewtonAlOptions options, RunWriter writer, IProgress<MinimizeProgress>? progress, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();
        double[] violated = new double[problem.Objective.Constraints];
        void Watch(in ProcedureStep step)
        {
            // Looked at from outside: the solver is not charged for it.
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds, value = problem.Objective.Value(step.Point);
            problem.Objective.Constrain(step.Point, violated);
            double violation = MinimizeRun.Length(violated);
            writer.Append(MetricNames.Loss, step.Iteration, seconds, value);
            writer.Append(ViolationSeries, step.Iteration, seconds, violation);
            progress?.Report(new MinimizeProgress(step.Iteration, step.Counts.Gradients, value, violation));
        }

        StoppingRule stop = new() { Iterations = plan.Iterations, Tolerance = plan.Tolerance, CancellationToken = cancellation };
        stop.ThrowIfInvalid();
        SketchNewtonAlResult solved = new SketchNewtonAl(options).Minimize(
            problem.Objective, [.. plan.Start ?? problem.Start], stop, Seed.From(plan.Seed), Watch);
        double took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        for (int i = 0; i < solved.Steps.Count; i++)
        {
            writer.Append(ResidualSeries, i + 1, 0, solved.Steps[i].Residual);
        }

        // The best value of a constrained problem says nothing where constraints are broken: the last point is the answer.
        ProcedureResult result = solved.Result with { BestPoint = solved.Result.Point };
        MinimizeOutcome outcome = new(
            writer.Run, problem.Name, plan.Solver, result, result.Norm, double.IsNaN(problem.Minimum) ? [] : [problem.Minimum], took)
        {
            Violation = solved.Violation,
            Multipliers = solved.Multipliers,
        };
        writer.Finish(new RunOutcome(result.Ending.Key, result.Ending.Advice)
        {
            Steps = result.Iterations,
            FinalLoss = outcome.Value,
            Seconds = took,
            PerSecond = took > 0 ? result.Iterations / took : 0,
            PeakBytes = PeakMemory.Read(),
        });
        return outcome;
    }

    /// <summary>Refuses what the solver cannot heed.</summary>
    /// <exception cref="OptionException">The plan has a limit that this solver does not have.</exception>
    public static void Check(MinimizePlan plan)
    {
        if (plan.GradientQueries is not null || plan.ValueQueries is not null || plan.CheckGradient)
        {
            throw new OptionException(
                $"'{Solver}' takes no limits of queries and has no check of the gradient. Leave --gradients, --values and --check-gradient out; --iterations limits it.",
                "limits",
                Solver);
        }
    }
}
