using Nabla.Core;
using Nabla.Problems.Solving;
using Nabla.Procedures.Solvers;

namespace Nabla.Procedures.Tests.Solvers;

/// <summary>What holds for every solver of the catalogue: counts, endings, the best point, published minima.</summary>
public sealed class SolverTests
{
    public static TheoryData<string> Names => [.. Solvers().Select(m => m.Name)];

    /// <summary>Problems on which the quasi-Newton methods and conjugate gradients must come to a published minimum.</summary>
    public static TheoryData<string, string> Published
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var problem in SolverProblems.All.Where(p => p.Minima.Count > 0))
            {
                foreach (var solver in new[] { "lbfgs", "bfgs", "conjugate-gradient" })
                {
                    // Their curvature spans more decades than conjugate gradients come through in 20 000 iterations.
                    if (solver != "conjugate-gradient" || problem.Name is not ("meyer" or "osborne-one"))
                    {
                        data.Add(solver, problem.Name);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Published))]
    public void Minimum_IsOneOfThePublished(string solver, string name)
    {
        var problem = SolverProblems.Find(name);
        var result = Make(solver).Minimize(problem.Objective, [.. problem.Start], new() { Iterations = 20_000, Tolerance = 1e-7 });
        var near = problem.Minima.MinBy(m => Math.Abs(result.BestPointValue() - m));
        Assert.True(
            Math.Abs(result.BestPointValue() - near) <= 1e-5 * Math.Max(Math.Abs(near), 1e-3),
            $"{solver} came to {result.BestPointValue():G8}, published are {string.Join(", ", problem.Minima)}; {result.Ending.Advice}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryQuery_IsCounted(string solver)
    {
        var problem = SolverProblems.Find("beale");
        var outer = new CountingObjective(problem.Objective);
        var result = Make(solver).Minimize(outer, [.. problem.Start], new() { Iterations = 30, Tolerance = 1e-9 });
        Assert.Equal(outer.Counts, result.Counts);
        Assert.True(result.Counts.Gradients > 3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void BestPoint_HasTheBestValue(string solver)
    {
        var problem = SolverProblems.Find("wood");
        var least = double.PositiveInfinity;
        var watched = new CountingObjective(problem.Objective, observer: (kind, _, answer, _) =>
            least = kind == QueryKind.Value ? Math.Min(least, answer[0]) : least);
        var result = Make(solver).Minimize(watched, [.. problem.Start], new() { Iterations = 25, Tolerance = 1e-9 });
        Assert.Equal(least, result.Ending.BestValue);
        Assert.Equal(least, problem.Objective.Value([.. result.BestPoint]));
        Assert.True(least < problem.Objective.Value([.. problem.Start]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Quadratic_IsSolved(string solver)
    {
        double[] center = [1, -2, 0.5];
        var bowl = new PlainObjective(
            3,
            x => 0.5 * ((x[0] - center[0]) * (x[0] - center[0]) + 3 * (x[1] - center[1]) * (x[1] - center[1]) + 10 * (x[2] - center[2]) * (x[2] - center[2])),
            x => [x[0] - center[0], 3 * (x[1] - center[1]), 10 * (x[2] - center[2])]);
        var result = Make(solver).Minimize(bowl, [0, 0, 0], new() { Iterations = 3000, Tolerance = 1e-8 });
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
        Assert.All(result.Point.Zip(center), p => Assert.Equal(p.Second, p.First, 1e-7));
        Assert.True(result.Norm <= 1e-8);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void IterationLimit_IsABudgetExhausted(string solver)
    {
        var problem = SolverProblems.Find("rosenbrock");
        var result = Make(solver).Minimize(problem.Objective, [.. problem.Start], new() { Iterations = 3, Tolerance = 1e-12 });
        Assert.Equal(EndingKind.BudgetExhausted, result.Ending.Kind);
        Assert.Equal(3, result.Iterations);
        var completed = Make(solver).Minimize(problem.Objective, [.. problem.Start], new() { Iterations = 3 });
        Assert.Equal(EndingKind.Completed, completed.Ending.Kind);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientLimit_IsNeverPassed(string solver)
    {
        var problem = SolverProblems.Find("rosenbrock");
        var result = Make(solver).Minimize(problem.Objective, [.. problem.Start], new() { GradientQueries = 4, Tolerance = 1e-12 });
        Assert.Equal(EndingKind.BudgetExhausted, result.Ending.Kind);
        Assert.Equal(4, result.Counts.Gradients);
        Assert.Equal(result.Ending.BestValue, problem.Objective.Value([.. result.BestPoint]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ValueLimit_IsNeverPassed(string solver)
    {
        var problem = SolverProblems.Find("rosenbrock");
        var result = Make(solver).Minimize(problem.Objective, [.. problem.Start], new() { ValueQueries = 5, Iterations = 100_000, Tolerance = 1e-12 });
        Assert.Equal(EndingKind.BudgetExhausted, result.Ending.Kind);
        Assert.Equal(5, result.Counts.Values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NonFiniteStart_IsSaid(string solver)
    {
        var log = new PlainObjective(1, x => Math.Log(x[0]), x => [1 / x[0]]);
        var result = Make(solver).Minimize(log, [-1], new());
        Assert.Equal(EndingKind.NonFinite, result.Ending.Kind);
        Assert.Equal("The value at the start is not finite. Begin where the function is defined.", result.Ending.Advice);
        var slope = new PlainObjective(1, x => Math.Sqrt(x[0]), x => [0.5 / Math.Sqrt(x[0])]);
        Assert.Equal(
            "The gradient at the start is not finite. Begin where the function is defined.",
            Make(solver).Minimize(slope, [0], new()).Ending.Advice);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FunctionDefinedOnOneSide_IsMinimizedInside(string solver)
    {
        // x - log x: not a number left of 0, where long first steps lead.
        var barrier = new PlainObjective(1, x => x[0] - Math.Log(x[0]), x => [1 - (1 / x[0])]);
        var result = Make(solver).Minimize(barrier, [20], new() { Iterations = 5000, Tolerance = 1e-7 });
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
        Assert.Equal(1, result.Point[0], 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void FlatFunction_EndsAtOnceWithAdvice(string solver)
    {
        var result = Make(solver).Minimize(new PlainObjective(2, _ => 3, _ => [0, 0]), [1, 2], new() { Tolerance = 0 });
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
        Assert.Equal(0, result.Iterations);
        Assert.StartsWith("The gradient at the start is zero", result.Ending.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void UnboundedFunction_IsSaid(string solver)
    {
        var falling = new PlainObjective(2, x => -(x[0] * x[0]) - x[1], x => [-2 * x[0], -1]);
        var result = Make(solver).Minimize(falling, [1, 1], new() { Iterations = 200_000, GradientQueries = 400_000, LowestValue = -1e12 });
        Assert.Equal(EndingKind.Unbounded, result.Ending.Kind);
        Assert.True(result.Ending.BestValue <= -1e12);
        Assert.Contains("no minimum", result.Ending.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LyingGradient_IsFoundByTheCheck(string solver)
    {
        var liar = new PlainObjective(3, x => x[0] * x[0] + x[1] * x[1] + x[2], x => [2 * x[0], -2 * x[1], 1]);
        var result = Make(solver).Minimize(liar, [1, 2, 3], new() { CheckGradient = true });
        Assert.Equal(EndingKind.WrongGradient, result.Ending.Kind);
        Assert.Equal(
            "Coordinate 1 of the gradient at the start is -4, but differences of values give 4. Correct the gradient.", result.Ending.Advice);
        Assert.Equal([1, 2, 3], result.Point);
        Assert.True(result.Ending.BestValue <= 8);
        var honest = SolverProblems.Find("osborne-two");
        Assert.NotEqual(
            EndingKind.WrongGradient,
            Make(solver).Minimize(honest.Objective, [.. honest.Start], new() { CheckGradient = true, Iterations = 2 }).Ending.Kind);
    }

    [Theory]
    [InlineData("lbfgs")]
    [InlineData("bfgs")]
    [InlineData("conjugate-gradient")]
    [InlineData("gradient")]
    [InlineData("heavy-ball")]
    [InlineData("accelerated")]
    [InlineData("sr1")]
    [InlineData("cubic-newton")]
    [InlineData("grad-normalized-newton")]
    public void LyingGradient_WithoutTheCheck_IsFoundWhereNoStepFalls(string solver)
    {
        var uphill = new PlainObjective(2, x => x[0] * x[0] + x[1] * x[1], x => [-2 * x[0], -2 * x[1]]);
        var result = Make(solver).Minimize(uphill, [1, 2], new() { Tolerance = 1e-8, Iterations = 5000 });
        Assert.Equal(EndingKind.WrongGradient, result.Ending.Kind);
        Assert.Equal(5, result.Point[0] * result.Point[0] + result.Point[1] * result.Point[1], 1e-9);
        Assert.True(result.Ending.BestValue <= 5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Cancelled_KeepsTheBestPoint(string solver)
    {
        using var source = new CancellationTokenSource();
        var problem = SolverProblems.Find("chained-rosenbrock");
        void Watch(in ProcedureStep step)
        {
            if (step.Iteration == 2)
            {
                source.Cancel();
            }
        }

        var result = Make(solver).Minimize(
            problem.Objective, [.. problem.Start], new() { CancellationToken = source.Token, Tolerance = 1e-9 }, Watch);
        Assert.Equal(EndingKind.Cancelled, result.Ending.Kind);
        Assert.Equal(2, result.Iterations);
        Assert.Equal(result.Ending.BestValue, problem.Objective.Value([.. result.BestPoint]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SecondRun_IsEqualToTheLastBit(string solver)
    {
        var problem = SolverProblems.Find("robust-regression");
        ProcedureResult Run() => Make(solver).Minimize(problem.Objective, [.. problem.Start], new() { Iterations = 30 });
        var first = Run();
        Assert.Equal(first.Point, Run().Point);
        Assert.Equal(first.Counts, Run().Counts);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Method_ExplainsItself(string solver)
    {
        var descriptor = Catalogue.Find(solver);
        Assert.Equal(MethodKind.Procedure, descriptor.MethodKind);
        Assert.NotEmpty(descriptor.Equations());
        Assert.NotEmpty(descriptor.Departures);
        Assert.NotEmpty(descriptor.Paper);
    }

    [Fact]
    public void Start_ThatDoesNotFit_IsRefused()
    {
        var beale = SolverProblems.Find("beale").Objective;
        var solver = new Lbfgs(new());
        Assert.StartsWith("The start has 3 numbers; the problem has 2.", Assert.Throws<ArgumentException>(() => solver.Minimize(beale, [1, 2, 3], new())).Message, StringComparison.Ordinal);
        Assert.StartsWith("The start holds a number that is not finite.", Assert.Throws<ArgumentException>(() => solver.Minimize(beale, [1, double.NaN], new())).Message, StringComparison.Ordinal);
    }

    private static ISolver Make(string name) => ((SolverOptions)Catalogue.Find(name).CreateOptions(new Dictionary<string, string>())).Create();

    private static IEnumerable<MethodDescriptor> Solvers() => Catalogue.Methods.Where(m => typeof(SolverOptions).IsAssignableFrom(m.OptionsType));
}

/// <summary>Shortcuts of these tests.</summary>
internal static class ResultShortcuts
{
    public static double BestPointValue(this ProcedureResult result) => result.Ending.BestValue!.Value;
}
