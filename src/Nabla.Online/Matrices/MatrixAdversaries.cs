using Nabla.Engine;

namespace Nabla.Online.Matrices;

/// <summary>Adversaries that tell learners apart. All gradients have operator norm at most one.</summary>
public static class MatrixAdversaries
{
    /// <summary>Independent Gaussian matrices, each divided by its operator norm.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static IMatrixAdversary Random(int rows, int columns, Seed seed)
    {
        var stream = new RandomStream(seed);
        return new Adversary(_ => Unit(Gaussian(stream, rows, columns)));
    }

    /// <summary>A fixed mean plus noise, divided by its operator norm: the comparator gains linearly.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static IMatrixAdversary DriftingMean(int rows, int columns, Seed seed)
    {
        var stream = new RandomStream(seed);
        var mean = Gaussian(stream, rows, columns).ToArray<double>();
        return new Adversary(_ => Unit(Tensor.From<double>(mean, rows, columns) + (Gaussian(stream, rows, columns) * 2)));
    }

    /// <summary>
    /// U/2, -U, U, -U, … for one matrix U with orthonormal rows: the leader flips each round, and whoever follows it pays
    /// D·m each time.
    /// </summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="seed">Seed of U.</param>
    public static IMatrixAdversary Alternating(int rows, int columns, Seed seed)
    {
        using var scope = new TensorScope();
        var u = PolarFactor.Exact(Gaussian(new RandomStream(seed), rows, columns)).ToArray<double>();
        var round = 0;
        return new Adversary(_ => Tensor.From<double>(u, rows, columns) * (round++ == 0 ? 0.5 : round % 2 == 0 ? -1 : 1));
    }

    /// <summary>Follows the play: the polar factor of the decision, which costs most; a random one against zero.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="seed">Seed of the first gradient.</param>
    public static IMatrixAdversary Adaptive(int rows, int columns, Seed seed)
    {
        var stream = new RandomStream(seed);
        return new Adversary(decision => decision.Abs().Amax([0, 1]).Item() == 0
            ? PolarFactor.Exact(Gaussian(stream, rows, columns)) * 0.5
            : PolarFactor.Exact(decision));
    }

    private static Tensor Gaussian(RandomStream stream, int rows, int columns)
    {
        var values = new double[rows * columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = stream.NextGaussian();
        }

        return Tensor.From<double>(values, rows, columns);
    }

    private static Tensor Unit(Tensor a) => a / Ops.LinalgSvdvals(a).Amax([-1]);

    private sealed class Adversary(Func<Tensor, Tensor> next) : IMatrixAdversary
    {
        public Tensor Next(Tensor decision)
        {
            using var scope = new TensorScope();
            return next(decision).MoveToOuter();
        }
    }
}
