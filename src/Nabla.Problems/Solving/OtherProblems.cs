using Nabla.Engine;

namespace Nabla.Problems.Solving;

/// <summary>Valleys, losses of models on drawn data, and worst cases.</summary>
internal static class OtherProblems
{
    private const int Large = 10_000;

    // Data and starts are drawn once and for all: a problem is the same on every machine.
    private static readonly Seed s_seed = new(20_412);

    public static IReadOnlyList<ProblemDefinition> All { get; } =
    [
        new("chained-rosenbrock", "Rosenbrock's valley as a chain", ProblemGroup.Valleys, 10, n => new ChainedRosenbrock(n),
            n => Each(n, i => i % 2 == 0 ? -1.2 : 1), _ => [0])
        { Least = 2, Most = Large },
        new("cube", "the valley of a cubic", ProblemGroup.Valleys, 2, n => new Cube(n), n => Each(n, i => i % 2 == 0 ? -1.2 : 1), _ => [0])
        { Least = 2, Most = 100 },
        new("chebyshev-rosenbrock", "Nesterov's exponentially long valley", ProblemGroup.Valleys, 4, n => new ChebyshevRosenbrock(n),
            n => Each(n, i => i == 0 ? -1 : 1), _ => [0])
        { Least = 2, Most = 12 },
        new("logistic-regression", "logistic regression with a small ridge from a distant start, 200 drawn rows", ProblemGroup.Learning, 20,
            n => new LogisticRegression(n, 200, 1e-4, s_seed.Derive("logistic regression")), n => Distant(n, 100))
        { Least = 1, Most = 1000 },
        new("softmax-regression", "regression over 4 classes with a small ridge from a distant start, 200 drawn rows", ProblemGroup.Learning, 32,
            n => new SoftmaxRegression(n / 4, 4, 200, 1e-3, s_seed.Derive("softmax regression")), n => Distant(n, 100))
        { Least = 4, Most = 1000, Multiple = 4 },
        new("log-sum-exp", "a smooth maximum of 100 linear functions", ProblemGroup.Learning, 20,
            n => new LogSumExp(n, 100, 0.1, s_seed.Derive("log-sum-exp")), n => Distant(n, 10))
        { Least = 1, Most = 1000 },
        new("penalized-logistic", "logistic regression with a penalty that is not convex, 200 drawn rows", ProblemGroup.Learning, 20,
            n => new PenalizedLogistic(n, 200, 0.01, s_seed.Derive("logistic")), n => Drawn(n, 0.1))
        { Least = 1, Most = 1000 },
        new("robust-regression", "regression with a bounded loss, 400 drawn rows, a fifth of them outliers", ProblemGroup.Learning, 12,
            n => new RobustRegression(n, 400, s_seed.Derive("robust")), n => Drawn(n, 0.1))
        { Least = 1, Most = 1000 },
        new("matrix-factorization", "the factors of a drawn matrix of rank 2 with 10 columns", ProblemGroup.Learning, 36,
            n => new MatrixFactorization((n / 2) - 10, 10, 2, s_seed.Derive("factors")), n => Drawn(n, 0.3), _ => [0])
        { Least = 24, Most = 1000, Multiple = 2 },
        new("matrix-sensing", "a matrix of rank 2 from 6 measurements a row", ProblemGroup.Learning, 20,
            n => new MatrixSensing(n / 2, 2, 3 * n, s_seed.Derive("sensing")), n => Drawn(n, 0.3), _ => [0])
        { Least = 4, Most = 100, Multiple = 2 },
        new("small-network", "a network of one hidden layer, 3 inputs, 100 drawn rows", ProblemGroup.Learning, 41,
            n => new SmallNetwork(3, (n - 1) / 5, 100, s_seed.Derive("network")), n => Drawn(n, 0.5)),
        new("worst-quadratic", "Nesterov's worst convex function for gradient methods", ProblemGroup.WorstCase, 100,
            n => new WorstQuadratic(n), n => new double[n], n => [-0.125 * (1 - (1.0 / (n + 1)))])
        { Least = 2, Most = Large },
        new("hard-chain", "the hard function of the lower bounds of Carmon, Duchi, Hinder and Sidford, arXiv:1711.00841", ProblemGroup.WorstCase,
            30, n => new HardChain(n, 0.01, 1), n => new double[n], _ => [0])
        { Least = 3, Most = Large },
    ];

    private static double[] Each(int n, Func<int, double> value) => [.. Enumerable.Range(0, n).Select(value)];

    /// <summary>Drawn in a direction, at a distance from 0.</summary>
    private static double[] Distant(int n, double distance)
    {
        var drawn = Drawn(n, 1);
        var norm = Math.Sqrt(drawn.Sum(x => x * x));
        return Each(n, i => distance / norm * drawn[i]);
    }

    private static double[] Drawn(int n, double deviation)
    {
        var stream = new RandomStream(s_seed.Derive("start"));
        return Each(n, _ => deviation * stream.NextGaussian());
    }
}
