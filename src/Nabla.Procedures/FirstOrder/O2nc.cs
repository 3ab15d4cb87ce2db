using Nabla.Core;
using Nabla.Engine;
using Nabla.Online;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Turns an online learner into a method for functions that are neither smooth nor convex.</summary>
/// <remarks>
/// <para>Update: Δ = the learner's decision; uniform scaling: w = x + s Δ, s uniform on [0, 1], x = x + Δ;
/// exponential scaling: x = x + s Δ, s exponential, w = x; the learner learns g, a noisy gradient at w. The mean of a
/// block of T points w is a point around which the mean gradient is small.</para>
/// <para>Needs: noisy gradients, and a learner whose decisions have length at most D; then all points of a block lie
/// within D T of each other.</para>
/// <para>Choose it: for functions with kinks; for smooth ones it is a method with momentum like any other.</para>
/// </remarks>
/// <param name="options">Blocks and scaling.</param>
[Method(
    "o2nc",
    Family.FirstOrder,
    Paper = "arXiv:2302.03775",
    Title = "Optimal Stochastic Non-smooth Non-convex Optimization through Online-to-Non-convex Conversion")]
[Departs("The learner, the radius of its decisions and its restarts are the caller's; the uniform scaling is the paper's, and the claim o2nc/query-scaling measures online gradient descent on a ball of radius delta / T.")]
[Departs("Exponential scaling is that of arXiv:2405.09742, without its regularizer; a learner with memory below 1 takes the regularizer's place.")]
public sealed class O2nc(O2ncOptions options) : ICataloguedMethod<O2ncOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "delta = decision of the online learner",
        "uniform: w = x[t-1] + s * delta, s uniform on [0, 1];  x[t] = x[t-1] + delta",
        "exponential: x[t] = x[t-1] + s * delta, s exponential with mean 1;  w = x[t]",
        "the learner learns a noisy gradient at w",
        "result: mean of w over a block of blockLength moves",
    ];

    /// <summary>Looks for a point around which the mean gradient is small. An iteration is a move.</summary>
    /// <param name="problem">The noisy gradients.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="learner">Decides the moves; begins anew.</param>
    /// <param name="stop">When to end; the tolerance is held against the mean gradient of the last whole block.</param>
    /// <param name="seed">Decides scales, noise and the block that is returned.</param>
    /// <param name="observer">Is told after each move; null: nobody.</param>
    /// <returns>The center of a random block, and all blocks.</returns>
    /// <exception cref="ArgumentException">The learner's decisions have another length than a point.</exception>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public O2ncResult Minimize(
        IStochasticObjective problem,
        ReadOnlySpan<double> start,
        IOnlineLearner learner,
        StoppingRule stop,
        Seed seed,
        ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(learner);
        options.ThrowIfInvalid();
        if (learner.Decision.Length != problem.Dimension)
        {
            throw new ArgumentException(
                $"The learner decides {learner.Decision.Length} numbers; the problem has {problem.Dimension}. Make the learner for the problem.",
                nameof(learner));
        }

        var x = ProcedureRun.StartOf(start, problem.Dimension);
        var run = new ProcedureRun(stop, observer, "Lower the learner's rate or radius.");
        var scales = new RandomStream(seed.Derive("scales"));
        var noise = new RandomStream(seed.Derive("gradients"));
        double[] w = new double[x.Length], gradient = new double[x.Length];
        var block = new List<double[]>();
        var sum = new double[x.Length];
        var blocks = new List<O2ncBlock>();
        var norm = double.PositiveInfinity;
        learner.Reset();
        while (run.Goes(x, norm))
        {
            Move(learner.Decision, scales, x, w);
            problem.Gradient(w, noise, gradient);
            run.Count(gradients: 1);
            learner.Learn(gradient);
            block.Add([.. w]);
            VectorMath.Add(sum, 1, gradient);
            norm = double.PositiveInfinity;
            if (block.Count == options.BlockLength)
            {
                blocks.Add(Finish(block, sum));
                norm = blocks[^1].GradientNorm;
                block.Clear();
                Array.Clear(sum);
                if (options.Restart)
                {
                    learner.Reset();
                }
            }
        }

        if (blocks.Count == 0)
        {
            blocks.Add(Finish(block, sum));
        }

        var chosen = blocks[new RandomStream(seed.Derive("block")).NextInt(blocks.Count)];
        return new O2ncResult(run.Result([.. chosen.Center], chosen.GradientNorm, chosen.GradientNorm), blocks);
    }

    private void Move(ReadOnlySpan<double> delta, RandomStream scales, Span<double> x, Span<double> w)
    {
        // 1 - NextDouble lies in (0, 1], whose logarithm is finite.
        var s = scales.NextDouble();
        if (options.Scaling == RandomScaling.Uniform)
        {
            x.CopyTo(w);
            VectorMath.Add(w, s, delta);
            VectorMath.Add(x, 1, delta);
            return;
        }

        VectorMath.Add(x, -Math.Log(1 - s), delta);
        x.CopyTo(w);
    }

    private static O2ncBlock Finish(List<double[]> points, double[] sum)
    {
        if (points.Count == 0)
        {
            return new O2ncBlock([.. sum], 0, double.PositiveInfinity);
        }

        var center = new double[sum.Length];
        foreach (var point in points)
        {
            VectorMath.Add(center, 1.0 / points.Count, point);
        }

        return new O2ncBlock(
            center, points.Max(p => VectorMath.Distance(p, center)), VectorMath.Norm(sum) / points.Count);
    }
}
