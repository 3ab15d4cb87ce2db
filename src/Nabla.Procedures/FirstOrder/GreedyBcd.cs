using MathNet.Numerics.LinearAlgebra;
using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Block coordinate descent on the block that promises most, for absolute values and bounds too.</summary>
/// <remarks>
/// <para>Update: m = shortest subgradient; a block b is chosen by |m_b|, by |m_b| / sqrt(L_b), or by the least
/// Σ_i min_d g_i d + c_i d²/2 + h_i(x_i + d) - h_i(x_i) over it, with c_i = L_b or c_i = the row sum of |H| (which
/// bounds the block's curvature by a diagonal); then x_b moves to the minimum of g_b·d + L_b |d|²/2 + h or of
/// g_b·d + d'H_bb d/2 + h.</para>
/// <para>Needs: the gradient, and entries of a matrix H that bounds the second derivative.</para>
/// <para>Choose it: when moving a few coordinates is cheap and solutions are sparse or at bounds; not for dense
/// problems where a full step costs the same.</para>
/// </remarks>
/// <param name="options">Blocks, rule and step.</param>
[Method(
    "greedy-bcd",
    Family.FirstOrder,
    Paper = "arXiv:1712.08859",
    Title = "Let's Make Block Coordinate Descent Converge Faster: Faster Greedy Rules, Message-Passing, Active-Set Complexity, and Superlinear Convergence")]
[Departs("Message passing for huge sparse blocks is left out; blocks are dense and small.")]
[Departs("With absolute values or bounds, Newton steps find the minimum of the block's bound by cyclic coordinate descent, to rounding.")]
[Departs("Fixed blocks are neighbours in the order of coordinates; the paper also sorts them by smoothness.")]
public sealed class GreedyBcd(GreedyBcdOptions options) : ICataloguedMethod<GreedyBcdOptions>
{
    private const int Sweeps = 1000;

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "m = shortest subgradient of f(x) + h(x)",
        "s_i(c) = min over d of g_i * d + c * d^2 / 2 + h_i(x_i + d) - h_i(x_i)",
        "gauss-southwell: b = argmax |m_b|;  lipschitz: b = argmax |m_b| / sqrt(L_b)",
        "quadratic: b = argmin sum of s_i(L_b);  diagonal: b = argmin sum of s_i(sum over j of |H_ij|)",
        "gradient: d = argmin <g_b, d> + L_b * |d|^2 / 2 + h;  newton: d = argmin <g_b, d> + d' * H_bb * d / 2 + h",
        "x_b[t+1] = x_b[t] + d",
    ];

    /// <summary>Minimizes a smooth function with absolute values and bounds.</summary>
    /// <param name="problem">The function.</param>
    /// <param name="start">Where to begin; moved to the bounds where it lies outside.</param>
    /// <param name="stop">When to end; the tolerance is held against the norm of the shortest subgradient.</param>
    /// <param name="observer">Is told after each iteration; null: nobody.</param>
    /// <returns>The last point, its value and the counts.</returns>
    /// <exception cref="OptionException">An option is wrong, by itself or for this problem.</exception>
    public ProcedureResult Minimize(
        IComposite problem, ReadOnlySpan<double> start, StoppingRule stop, ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options.ThrowIfInvalid();
        var n = problem.Dimension;
        var x = ProcedureRun.StartOf(start, n);
        var size = ProcedureRun.BatchOf(options.BlockSize, n, "GreedyBcdOptions.BlockSize");
        var run = new ProcedureRun(stop, observer, "Check that Curvature bounds the second derivative from above.");
        var term = new SeparableTerm(problem);
        var blocks = new BlockCurvature(problem, size, options.Blocks);
        for (var i = 0; i < n; i++)
        {
            x[i] = term.Inside(i, x[i]);
        }

        double[] g = new double[n], m = new double[n];
        var norm = Measure(problem, term, run, x, g, m);
        while (run.Goes(x, norm))
        {
            var block = options.Blocks == BlockKind.Fixed
                ? ChooseFixed(term, blocks, x, g, m)
                : ChooseVariable(term, blocks, x, g, m, size);
            if (options.Step == BlockStep.Gradient)
            {
                var smoothness = blocks.Smoothness(block);
                foreach (var i in block)
                {
                    x[i] += term.Move(i, x[i], g[i], smoothness);
                }
            }
            else
            {
                MoveToMinimum(problem, term, block, x, g);
            }

            norm = Measure(problem, term, run, x, g, m);
        }

        var value = problem.Value(x) + term.Value(x);
        run.Count(values: 1);
        return run.Result(x, value, norm);
    }

    private static double Measure(
        IComposite problem, SeparableTerm term, ProcedureRun run, double[] x, double[] g, double[] m)
    {
        problem.Gradient(x, g);
        run.Count(gradients: 1);
        for (var i = 0; i < x.Length; i++)
        {
            m[i] = term.ShortestSubgradient(i, x[i], g[i]);
        }

        return VectorMath.Norm(m);
    }

    private int[] ChooseFixed(SeparableTerm term, BlockCurvature blocks, double[] x, double[] g, double[] m)
    {
        int[]? best = null;
        var most = double.NegativeInfinity;
        foreach (var block in blocks.Partition)
        {
            var square = block.Sum(i => m[i] * m[i]);
            var score = options.Rule switch
            {
                BlockRule.GaussSouthwell => square,
                BlockRule.Lipschitz => square / blocks.Smoothness(block),
                BlockRule.Quadratic => -block.Sum(i => term.Progress(i, x[i], g[i], blocks.Smoothness(block))),
                _ => -block.Sum(i => term.Progress(i, x[i], g[i], blocks.RowSum(i, block))),
            };
            if (score > most)
            {
                (best, most) = (block, score);
            }
        }

        return best!;
    }

    private int[] ChooseVariable(SeparableTerm term, BlockCurvature blocks, double[] x, double[] g, double[] m, int size)
    {
        double Score(int i) => options.Rule switch
        {
            BlockRule.GaussSouthwell => Math.Abs(m[i]),
            BlockRule.Lipschitz => Math.Abs(m[i]) / Math.Sqrt(blocks.Own(i)),
            BlockRule.Quadratic => -term.Progress(i, x[i], g[i], blocks.Own(i)),
            _ => -term.Progress(i, x[i], g[i], blocks.RowSum(i)),
        };

        return [.. Enumerable.Range(0, x.Length).OrderByDescending(Score).ThenBy(i => i).Take(size).Order()];
    }

    private static void MoveToMinimum(IComposite problem, SeparableTerm term, int[] block, double[] x, double[] g)
    {
        var h = Matrix<double>.Build.Dense(block.Length, block.Length, (i, j) => problem.Curvature(block[i], block[j]));
        var slopes = block.Select(i => g[i]).ToArray();
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var longest = 0.0;
            for (var i = 0; i < block.Length; i++)
            {
                if (h[i, i] <= 0)
                {
                    continue;
                }

                var move = term.Move(block[i], x[block[i]], slopes[i], h[i, i]);
                x[block[i]] += move;
                for (var j = 0; j < block.Length && move != 0; j++)
                {
                    slopes[j] += h[j, i] * move;
                }

                longest = Math.Max(longest, Math.Abs(move) / Math.Max(1, Math.Abs(x[block[i]])));
            }

            if (longest <= 1e-15)
            {
                return;
            }
        }
    }
}
