using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Solving;
using Nabla.Procedures.Solvers;

namespace Nabla.Claims.Solvers;

/// <summary>Steps of Newton's method regularized by the gradient's norm on regressions, from starts at growing distances.</summary>
[Claim(
    "grad-normalized-newton/global-linear-rate",
    Says = "Gradient-regularised steps with the exact, Fisher's or Gauss and Newton's matrix show a global linear rate on logistic and softmax regression from distant starts.",
    Source = "arXiv:2506.13710, abstract; the problems are Nabla's",
    Seconds = 2)]
internal sealed class GlobalLinearRate : Claim<GlobalLinearRate.Variant>
{
    /// <summary>How the runs differ from the method.</summary>
    /// <param name="Follows">Whether the radius follows what is seen.</param>
    /// <param name="Share">What part of the matrix's products is kept.</param>
    /// <param name="IsFrozen">Whether the matrix stays that of the start.</param>
    internal sealed record Variant(bool Follows = true, double Share = 1, bool IsFrozen = false);

    // What a step leaves of the gap on the average over a window. The proved rate is 1 - O(1/(M D)) with the distance D and the
    // constant M of quasi-self-concordance, 1/0.1 times the rows' length for log-sum-exp: there distances are kept short.
    private const int Window = 120;
    private const double Rate = 0.94;

    private static readonly (string Problem, CurvatureModel Curvature, double[] Distances)[] s_cases =
    [
        ("logistic-regression", CurvatureModel.Exact, [10, 100, 1000]),
        ("softmax-regression", CurvatureModel.Exact, [10, 100, 1000]),
        ("softmax-regression", CurvatureModel.Fisher, [10, 100]),
        ("log-sum-exp", CurvatureModel.GaussNewton, [1, 3]),
    ];

    /// <inheritdoc/>
    protected override Variant Method { get; } = new();

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Variant> Defects { get; } = new Dictionary<string, Variant>
    {
        ["radius-not-adapted"] = new(Follows: false),
        ["hardly-any-matrix"] = new(Share: 1e-6),
        ["matrix-of-the-start"] = new(IsFrozen: true),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Variant subject, ClaimContext context)
    {
        double worst = 0;
        long most = 0;
        List<(string Name, double Value)> figures = [];
        foreach (var (name, curvature, distances) in s_cases)
        {
            var problem = SolverProblems.Find(name);
            var least = Least(problem);
            for (var draw = 0; draw < (context.Full ? 10 : 1); draw++)
            {
                foreach (var distance in distances)
                {
                    context.CancellationToken.ThrowIfCancellationRequested();
                    var start = Start(problem.Dimension, distance, context.Seed.Derive($"{name} {draw}"));
                    var (rate, steps) = Run(subject, problem, curvature, start, least);
                    (worst, most) = (Math.Max(worst, rate), Math.Max(most, steps));
                    if (worst > Rate)
                    {
                        return Outcome(worst, most);
                    }
                }
            }
        }

        return Outcome(worst, most);
    }

    private static ClaimOutcome Outcome(double worst, long most) => ClaimOutcome.Of(
        worst <= Rate, ("slowest_rate_a_step", worst), ("limit", Rate), ("window_in_steps", Window), ("most_steps", most));

    /// <summary>
    /// The slowest rate a step over all steps and over any window until a billionth of the first gap is left, and the steps until then; the
    /// rate is 1 where it never comes to that.
    /// </summary>
    private static (double Rate, long Steps) Run(Variant variant, SolverProblem problem, CurvatureModel curvature, double[] start, double least)
    {
        var function = new Changed(problem.Objective, curvature, variant, start);
        List<double> gaps = [];
        double[]? before = null;
        using var source = new CancellationTokenSource();
        void Watch(in ProcedureStep step)
        {
            // A trial that was not taken leaves the point where it is and is no step.
            if (before is not null && step.Point.SequenceEqual(before))
            {
                return;
            }

            before = step.Point.ToArray();
            gaps.Add(Math.Max(problem.Objective.Value(step.Point) - least, 0));
            if (gaps[^1] <= 1e-9 * gaps[0] || (gaps.Count > Window && Math.Pow(gaps[^1] / gaps[^(Window + 1)], 1.0 / Window) > Rate))
            {
                source.Cancel();
            }
        }

        var options = new GradNormalizedNewtonOptions
        {
            Curvature = curvature,
            Adaptive = variant.Follows,
        };
        new GradNormalizedNewton(options).Minimize(function, start, new() { Iterations = 3000, CancellationToken = source.Token }, Watch);
        var rate = gaps[^1] <= 1e-9 * gaps[0] ? Math.Pow(Math.Max(gaps[^1] / gaps[0], 1e-9), 1.0 / (gaps.Count - 1)) : 1.0;
        for (var k = Window; k < gaps.Count; k++)
        {
            rate = Math.Max(rate, gaps[k - Window] == 0 ? 0 : Math.Pow(gaps[k] / gaps[k - Window], 1.0 / Window));
        }

        return (rate, gaps.Count - 1);
    }

    private static double Least(SolverProblem problem) => new Bfgs(new()).Minimize(
        problem.Objective, new double[problem.Dimension], new() { Iterations = 2000, Tolerance = 1e-11 }).Ending.BestValue!.Value;

    private static double[] Start(int dimension, double distance, Seed seed)
    {
        var random = new RandomStream(seed);
        double[] drawn = [.. Enumerable.Range(0, dimension).Select(_ => random.NextGaussian())];
        var norm = Math.Sqrt(drawn.Sum(x => x * x));
        return [.. drawn.Select(x => distance / norm * x)];
    }

    /// <summary>The function with a matrix that a defect changed.</summary>
    private sealed class Changed(ICurvedObjective inner, CurvatureModel curvature, Variant variant, double[] start) : ICurvedObjective, IModelledCurvature
    {
        public int Dimension => inner.Dimension;

        public double Value(ReadOnlySpan<double> point) => inner.Value(point);

        public void Gradient(ReadOnlySpan<double> point, Span<double> gradient) => inner.Gradient(point, gradient);

        public void HessianTimes(ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product) =>
            ModelTimes(CurvatureModel.Exact, point, vector, product);

        public bool Models(CurvatureModel model) => inner is IModelledCurvature modelled && modelled.Models(model);

        public void ModelTimes(CurvatureModel model, ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product)
        {
            var at = variant.IsFrozen ? start : point;
            if (curvature == CurvatureModel.Exact)
            {
                inner.HessianTimes(at, vector, product);
            }
            else
            {
                ((IModelledCurvature)inner).ModelTimes(model, at, vector, product);
            }

            for (var i = 0; i < product.Length; i++)
            {
                product[i] *= variant.Share;
            }
        }
    }
}
