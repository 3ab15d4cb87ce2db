using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Claims.FirstOrder.Procedures;

/// <summary>The gap of lasso and of sparse logistic regression against passes over the coordinates, columns that are much alike.</summary>
[Claim(
    "a-coder/accelerated-passes",
    Says = "On composite lasso and logistic problems the objective gap falls at the accelerated rate, faster per pass than with unaccelerated cyclic coordinate descent.",
    Source = "arXiv:2303.16279, abstract; the problems are Nabla's",
    Seconds = 1)]
internal sealed class CyclicPassesAccelerated : Claim<CyclicPassesAccelerated.Passes>
{
    /// <summary>Makes passes over a problem and tells of each with its count of gradients.</summary>
    internal delegate void Passes(ILinearComposite problem, double[] start, int gradients, ProcedureObserver observer);

    private const int Variables = 10;
    private const int Budget = 6000;
    private const double Share = 1e-3;

    /// <inheritdoc/>
    protected override Passes Method => With(new());

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Passes> Defects { get; } = new Dictionary<string, Passes>
    {
        ["without-acceleration"] = CyclicDescent.Run,
        ["smoothness-far-too-great"] = With(new() { Smoothness = 1e6 }),
        ["halved-outputs"] = (problem, start, gradients, observer) => With(new())(new Halved(problem), start, gradients, observer),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Passes subject, ClaimContext context)
    {
        double slowest = double.NegativeInfinity, ratio = 0;
        var runs = 0;
        List<(string Name, double Value)> figures = [];
        for (var draw = 0; draw < (context.Full ? 20 : 2); draw++)
        {
            foreach (var loss in new[] { LossKind.Squared, LossKind.Logistic })
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var problem = Draw(loss, context.Seed.Derive($"{loss} {draw}"));
                var best = Best(problem);
                var ours = Trace(subject, problem, best);
                var plain = Trace(CyclicDescent.Run, problem, best);
                var exponent = Exponent(ours);
                var (mine, theirs) = (Needed(ours), Needed(plain));
                (slowest, ratio) = (Math.Max(slowest, exponent), ratio + Math.Log(theirs / mine));
                runs++;
                if (draw == 0)
                {
                    figures.Add(($"gradients_{loss}".ToLowerInvariant(), mine));
                    figures.Add(($"gradients_{loss}_without_acceleration".ToLowerInvariant(), theirs));
                }
            }
        }

        return ClaimOutcome.Of(
            slowest <= -2 && Math.Exp(ratio / runs) > 1.25,
            [("worst_exponent_of_the_gap", slowest), ("proved_exponent", -2), ("mean_ratio_of_gradients", Math.Exp(ratio / runs)), ("limit_of_that_ratio", 1.25), .. figures]);
    }

    private static Passes With(ACoderOptions options) => (problem, start, gradients, observer) =>
        new ACoder(options).Minimize(problem, start, new() { Iterations = int.MaxValue, GradientQueries = gradients }, observer: observer);

    /// <summary>The gap after each pass, with the gradients spent.</summary>
    private static List<(long Gradients, double Gap)> Trace(Passes passes, ILinearComposite problem, double best)
    {
        List<(long, double)> trace = [];
        passes(problem, new double[Variables], Budget, (in ProcedureStep step) =>
            trace.Add((step.Counts.Gradients, Math.Max(Value(problem, step.Point) - best, 0))));
        return trace;
    }

    /// <summary>The slope of log gap against log iteration from a tenth of the first gap to the share that ends the count.</summary>
    private static double Exponent(List<(long Gradients, double Gap)> trace)
    {
        List<(double X, double Y)> points = [];
        for (var k = 1; k < trace.Count && trace[k].Gap > Share * trace[0].Gap; k++)
        {
            if (trace[k].Gap < 0.1 * trace[0].Gap)
            {
                points.Add((Math.Log(k), Math.Log(trace[k].Gap)));
            }
        }

        if (points.Count < 3)
        {
            return 0;
        }

        double x = points.Average(p => p.X), y = points.Average(p => p.Y);
        return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
    }

    private static double Needed(List<(long Gradients, double Gap)> trace)
    {
        var at = trace.FindIndex(p => p.Gap <= Share * trace[0].Gap);
        return at < 0 ? Budget : trace[at].Gradients;
    }

    private static double Best(ILinearComposite problem) =>
        Value(problem, new ACoder(new()).Minimize(problem, new double[Variables], new() { Iterations = 8000 }).Point.ToArray());

    private static double Value(ILinearComposite problem, ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        foreach (var x in point)
        {
            sum += Math.Abs(x);
        }

        return problem.Value(point) + (problem.AbsoluteWeight * sum);
    }

    private static SparseLinearModel Draw(LossKind loss, Seed seed)
    {
        const int Rows = 60;
        var random = new RandomStream(seed);
        double[] rows = new double[Rows * Variables], labels = new double[Rows];
        for (var r = 0; r < Rows; r++)
        {
            // What all columns share makes them nearly parallel, where single coordinates hardly move; on columns far from parallel
            // coordinate descent needs a few passes and nothing is left to accelerate.
            var common = random.NextGaussian();
            var score = 0.0;
            for (var j = 0; j < Variables; j++)
            {
                rows[(r * Variables) + j] = (20 * common) + random.NextGaussian();
                score += j % 5 == 0 ? rows[(r * Variables) + j] * (j % 10 == 0 ? 1 : -1) : 0;
            }

            labels[r] = score + random.NextGaussian();
            labels[r] = loss == LossKind.Squared ? labels[r] : labels[r] >= 0 ? 1 : -1;
        }

        return new SparseLinearModel(rows, labels, loss, 1e-3);
    }

    /// <summary>A defect: slopes at half the outputs.</summary>
    private sealed class Halved(ILinearComposite inner) : ILinearComposite
    {
        public int Dimension => inner.Dimension;

        public int Outputs => inner.Outputs;

        public double SquareWeight => inner.SquareWeight;

        public double AbsoluteWeight => inner.AbsoluteWeight;

        public double Bend => inner.Bend;

        public ReadOnlySpan<double> Lower => inner.Lower;

        public ReadOnlySpan<double> Upper => inner.Upper;

        public double Curvature(int row, int column) => inner.Curvature(row, column);

        public double Value(ReadOnlySpan<double> point) => inner.Value(point);

        public void Gradient(ReadOnlySpan<double> point, Span<double> gradient) => inner.Gradient(point, gradient);

        public ReadOnlySpan<double> Column(int column) => inner.Column(column);

        public double Slope(int output, double value) => inner.Slope(output, 0.5 * value);
    }
}
