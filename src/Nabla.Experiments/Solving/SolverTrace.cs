using System.Diagnostics;
using Nabla.Core;
using Nabla.Problems.Solving;

namespace Nabla.Experiments;

/// <summary>
/// What a solver had reached after each of its gradient queries. The value at every point where a gradient was asked for is
/// measured here, at no cost to the solver, so that solvers that ask for no values are judged alike.
/// </summary>
public sealed class SolverTrace
{
    private readonly List<double> _values = [];
    private readonly List<double> _norms = [];
    private readonly List<double> _seconds = [];

    private SolverTrace(SolverProblem problem, string solver) => (Problem, Solver) = (problem, solver);

    /// <summary>The problem.</summary>
    public SolverProblem Problem { get; }

    /// <summary>The solver.</summary>
    public string Solver { get; }

    /// <summary>What the solver came to.</summary>
    public ProcedureResult Result { get; private set; } = null!;

    /// <summary>The value at the start.</summary>
    public double StartValue { get; private set; }

    /// <summary>The best value after 1, 2, … gradient queries.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <summary>The norm of the gradient at the 1st, 2nd, … gradient query.</summary>
    public IReadOnlyList<double> Norms => _norms;

    /// <summary>Seconds from the start to the 1st, 2nd, … gradient query; measuring counts too.</summary>
    public IReadOnlyList<double> Seconds => _seconds;

    /// <summary>The best value of all.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>Runs a solver from the problem's start.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="name">What the solver is called.</param>
    /// <param name="solver">The solver.</param>
    /// <param name="stop">When it ends.</param>
    /// <returns>The trace.</returns>
    public static SolverTrace Of(SolverProblem problem, string name, ISolver solver, StoppingRule stop)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(solver);
        SolverTrace trace = new(problem, name);
        CountingObjective watched = trace.Watch();
        trace.Result = solver.Minimize(watched, [.. problem.Start], stop);
        return trace;
    }

    /// <summary>Watches whoever asks: another program's solver too.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="name">What the solver is called.</param>
    /// <param name="solve">Minimizes the function it is given.</param>
    /// <returns>The trace; its result is empty but for the counts.</returns>
    public static SolverTrace Of(SolverProblem problem, string name, Action<CountingObjective> solve)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(solve);
        SolverTrace trace = new(problem, name);
        CountingObjective watched = trace.Watch();
        solve(watched);
        trace.Result = new ProcedureResult(
            [.. watched.BestPoint], watched.BestValue, double.NaN, 0, watched.Counts, new Ending(EndingKind.Completed, "It ended by its own rules."));
        return trace;
    }

    /// <summary>The gradient queries until the value was at a limit; positive infinity where it never was.</summary>
    /// <param name="limit">The limit.</param>
    public double QueriesTo(double limit)
    {
        if (StartValue <= limit)
        {
            return 1;
        }

        int at = _values.FindIndex(value => value <= limit);
        return at < 0 ? double.PositiveInfinity : at + 1;
    }

    private CountingObjective Watch()
    {
        StartValue = Problem.Objective.Value([.. Problem.Start]);
        long started = Stopwatch.GetTimestamp();
        return new CountingObjective(Problem.Objective, observer: (kind, point, answer, _) =>
        {
            if (kind == QueryKind.Gradient)
            {
                double value = Problem.Objective.Value(point);
                Best = value < Best ? value : Best;
                _values.Add(Best);
                _norms.Add(MinimizeRun.Length(answer));
                _seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
            else if (kind == QueryKind.Value && answer[0] < Best)
            {
                // What a value alone showed counts from the gradients that were asked for before it.
                Best = answer[0];
                if (_values.Count > 0)
                {
                    _values[^1] = Best;
                }
            }
        });
    }
}
