using System.Text.Json;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Solving;
using Nabla.Procedures.Solvers;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Solvers;

/// <summary>The sketched Newton method under equality constraints: published minima, its inequalities, and its endings.</summary>
public sealed class SketchNewtonAlTests
{
    public static TheoryData<string, SketchKind, int> Published =>
    [
        .. ConstrainedProblems.All.Where(p => double.IsFinite(p.Minimum)).SelectMany(p => new (string, SketchKind, int)[]
        {
            (p.Name, SketchKind.Gaussian, 1), (p.Name, SketchKind.Kaczmarz, 1), (p.Name, SketchKind.Gaussian, 3),
        }),
    ];

    [Theory]
    [MemberData(nameof(Published))]
    public void Minimum_IsThePublished(string name, SketchKind sketch, int size)
    {
        var problem = ConstrainedProblems.Find(name);
        var found = new SketchNewtonAl(new() { Sketch = sketch, SketchSize = size }).Minimize(
            problem.Objective, [.. problem.Start], new() { Iterations = 300, Tolerance = 1e-7 }, new Seed(1));
        Assert.True(
            found.Result.Ending.Kind == EndingKind.TargetReached && found.Violation <= 1e-7,
            $"{found.Result.Ending.Kind} {found.Result.Ending.Advice} value {found.Result.Value:R} residual {found.Result.Norm:G3} steps {found.Steps.Count}");
        Assert.Equal(problem.Minimum, found.Result.Value, 1e-6);
    }

    [Theory]
    [InlineData("gaussian")]
    [InlineData("kaczmarz-pairs")]
    [InlineData("theory")]
    [InlineData("distant")]
    public void Path_IsThatOfTheNumpyLoop(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenVector.Folder, "sketch-newton-al", name + ".json")));
        var golden = document.RootElement;
        var settings = golden.GetProperty("settings").EnumerateObject().ToDictionary(
            p => p.Name, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText());
        var options = (SketchNewtonAlOptions)Catalogue.Find("sketch-newton-al").CreateOptions(settings);
        double[][] expected = [.. golden.GetProperty("expected").EnumerateArray().Select(Numbers)];
        List<double[]> seen = [];
        void Watch(in ProcedureStep step)
        {
            seen.Add(step.Point.ToArray());
        }

        var found = new SketchNewtonAl(options).Minimize(
            ConstrainedProblems.Find("hs42").Objective, Numbers(golden.GetProperty("start")), new() { Iterations = expected.Length }, new Seed(5), Watch);
        for (var t = 0; t < expected.Length; t++)
        {
            Assert.All(expected[t].Take(4).Zip(seen[t + 1]), p => Assert.Equal(p.First, p.Second, 1e-8));
            Assert.Equal(expected[t][6], found.Steps[t].StepLength);
            Assert.Equal(expected[t][7], found.Steps[t].SketchSteps);
        }

        Assert.All(expected[^1].Skip(4).Take(2).Zip(found.Multipliers), p => Assert.Equal(p.First, p.Second, 1e-8));
    }

    [Fact]
    public void Multipliers_SolveTheOptimalityConditions_AndSharpeningIsSuperlinear()
    {
        var problem = ConstrainedProblems.Find("hs40");
        SketchNewtonAlResult Run(double sharpening) => new SketchNewtonAl(new() { Sharpening = sharpening, SketchSize = 3 }).Minimize(
            problem.Objective, [.. problem.Start], new() { Iterations = 60, Tolerance = 1e-10 }, new Seed(2));
        var found = Run(1);
        double[] gradient = new double[4], jacobian = new double[12];
        problem.Objective.Gradient([.. found.Result.Point], gradient);
        problem.Objective.Jacobian([.. found.Result.Point], jacobian);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(0, gradient[i] + Enumerable.Range(0, 3).Sum(k => found.Multipliers[k] * jacobian[(k * 4) + i]), 1e-9);
        }

        Assert.True(Run(0.1).Steps.Count < found.Steps.Count);
    }

    [Fact]
    public void Endings_AreTold()
    {
        var problem = ConstrainedProblems.Find("hs42");
        SketchNewtonAlResult Run(SketchNewtonAlOptions options, double[] start, StoppingRule stop) =>
            new SketchNewtonAl(options).Minimize(problem.Objective, start, stop, new Seed(3));
        var few = Run(new(), [1, 1, 1, 1], new() { Iterations = 2, Tolerance = 1e-9 });
        Assert.Equal(EndingKind.BudgetExhausted, few.Result.Ending.Kind);
        Assert.Equal(2, few.Steps.Count);
        Assert.Equal(few.Steps.Count + 1, few.Result.Counts.Values);
        Assert.Equal(8, few.Result.Counts.Products);
        var blunt = Run(new() { SketchSteps = 1 }, [1, 1, 1, 1], new() { Iterations = 50, Tolerance = 1e-9 });
        Assert.Equal(EndingKind.Stalled, blunt.Result.Ending.Kind);
        Assert.Contains("Raise SketchNewtonAlOptions.SketchSteps or SketchSize", blunt.Result.Ending.Advice, StringComparison.Ordinal);
        var dependent = Run(new(), [1, 1, 0, 0], new() { Iterations = 5 });
        Assert.Equal(EndingKind.Failed, dependent.Result.Ending.Kind);
        Assert.StartsWith("The gradients of the constraints depend on each other here.", dependent.Result.Ending.Advice, StringComparison.Ordinal);
        Assert.Equal(EndingKind.NonFinite, Run(new(), [1e200, 1, 1, 1], new()).Result.Ending.Kind);
        Assert.StartsWith(
            "The start has 2 numbers; the problem has 4.",
            Assert.Throws<ArgumentException>(() => Run(new(), [1, 1], new())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Seed_DecidesTheSketches()
    {
        var problem = ConstrainedProblems.Find("constrained-logistic");
        IReadOnlyList<double> Run(ulong seed) => new SketchNewtonAl(new()).Minimize(
            problem.Objective, [.. problem.Start], new() { Iterations = 2 }, new Seed(seed)).Result.Point;
        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    private static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(v => v.GetDouble())];
}
