using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;
using Solver = Nabla.Procedures.FirstOrder.NonconvexAg;

namespace Nabla.Claims.FirstOrder.NonconvexAg;

/// <summary>Accelerated gradient on simulated sparse regressions.</summary>
[Claim(
    "nonconvex-ag/sparse-regression",
    Says = "On simulated regressions with SCAD and MCP the proposed damping needs fewer iterations on average than proximal gradient, and both find the true support.",
    Source = "arXiv:2009.10629, abstract",
    Seconds = 2)]
internal sealed class SparseRegression() : RuleClaim<NonconvexAgOptions>(
    ("no-damping", o => o with { Damping = DampingKind.None }),
    ("penalty-forgotten", o => o with { PenaltyWeight = 0 }))
{
    private const int Observations = 60;
    private const int Features = 80;

    private static readonly int[] s_support = [3, 17, 18, 40, 71];

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<NonconvexAgOptions, MethodOptions> subject, ClaimContext context)
    {
        var sets = context.Full ? 100 : 15;
        double runs = 0, found = 0;
        List<double> ours = [], theirs = [];
        for (var set = 0; set < sets; set++)
        {
            var (loss, smoothness) = Draw(context.Seed.Derive($"set {set}"));
            foreach (var (penalty, concavity) in new[] { (SparsePenalty.Scad, 3.7), (SparsePenalty.Mcp, 3.0) })
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var options = new NonconvexAgOptions { Penalty = penalty, Concavity = concavity, PenaltyWeight = 0.5 };
                var accelerated = Solve((NonconvexAgOptions)subject(options), loss, smoothness);
                var proximal = Solve(options with { Damping = DampingKind.None, StepShare = 1 }, loss, smoothness);
                runs++;
                found += Support(accelerated).SequenceEqual(s_support) ? 1 : 0;
                ours.Add(accelerated.Iterations);
                theirs.Add(proximal.Iterations);
            }
        }

        var (difference, error) = MvnGrad.Noise.Average([.. ours.Zip(theirs, (a, b) => a - b)]);
        // Noise may hide a coefficient in one problem of ten.
        return ClaimOutcome.Of(
            difference < -3 * error && found >= 0.9 * runs,
            ("problems", runs),
            ("mean_difference_of_iterations", difference),
            ("error_of_the_difference", error),
            ("problems_with_the_true_support", found),
            ("mean_iterations", ours.Average()),
            ("proximal_gradient_mean_iterations", theirs.Average()));
    }

    private static ProcedureResult Solve(NonconvexAgOptions options, LeastSquares loss, double smoothness) =>
        new Solver(options).Minimize(
            loss, smoothness, new double[Features], new() { Iterations = 2000, Tolerance = 1e-4 });

    private static IEnumerable<int> Support(ProcedureResult result) =>
        Enumerable.Range(0, Features).Where(i => result.Point[i] != 0);

    /// <summary>Neighbouring features have correlation 1/2; coefficients are 2 or -2 on the support, noise has deviation 1/2.</summary>
    private static (LeastSquares Loss, double Smoothness) Draw(Seed seed)
    {
        var random = new RandomStream(seed);
        var (rows, right) = (new double[Observations * Features], new double[Observations]);
        var scale = 1 / Math.Sqrt(Observations);
        for (var r = 0; r < Observations; r++)
        {
            var last = random.NextGaussian();
            for (var j = 0; j < Features; j++)
            {
                rows[(r * Features) + j] = scale * last;
                last = (0.5 * last) + (Math.Sqrt(0.75) * random.NextGaussian());
            }

            right[r] = scale * 0.5 * random.NextGaussian();
            for (var k = 0; k < s_support.Length; k++)
            {
                right[r] += (k % 2 == 0 ? 2 : -2) * rows[(r * Features) + s_support[k]];
            }
        }

        var loss = new LeastSquares(rows, right);
        return (loss, LargestCurvature(loss));
    }

    /// <summary>The largest eigenvalue of the curvature by the power method, rounded up.</summary>
    private static double LargestCurvature(LeastSquares loss)
    {
        double[] v = [.. Enumerable.Repeat(1.0, Features)], zero = new double[Features], at = new double[Features];
        double[] offset = new double[Features], product = new double[Features];
        loss.Gradient(zero, offset);
        var size = 0.0;
        for (var i = 0; i < 100; i++)
        {
            var norm = Math.Sqrt(v.Sum(e => e * e));
            for (var j = 0; j < Features; j++)
            {
                at[j] = v[j] / norm;
            }

            loss.Gradient(at, product);
            for (var j = 0; j < Features; j++)
            {
                v[j] = product[j] - offset[j];
            }

            size = Math.Sqrt(v.Sum(e => e * e));
        }

        return 1.02 * size;
    }
}
