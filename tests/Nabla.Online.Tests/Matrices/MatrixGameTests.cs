using Nabla.Engine;
using Nabla.Online.Matrices;

namespace Nabla.Online.Tests.Matrices;

/// <summary>Theorem 4 of arXiv:2602.08232 on games that are made to break learners.</summary>
public sealed class MatrixGameTests
{
    private const double Radius = 0.5;

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var learner in new[] { "faml", "ftpl", "ftrl", "shampoo" })
            {
                foreach (var adversary in new[] { "random", "drifting", "alternating", "adaptive" })
                {
                    pairs.Add(learner, adversary);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Regret_EveryAdversary_IsUnderTheBound(string name, string adversary)
    {
        using var scope = new TensorScope();
        var rounds = name is "faml" ? 200 : 60;
        using var learner = Learner(name, 3, 8);
        var result = MatrixGame.Play(learner, Adversary(adversary, 3, 8), rounds);

        // One-sided Shampoo's own bound, derived where its step size is.
        var bound = result.Bound ?? (2 * Math.Sqrt(2) * Radius * result.TraceRoot);
        Assert.InRange(result.Regret, double.NegativeInfinity, bound);
        Assert.InRange(result.LargestNorm, 0, Radius * (1 + 1e-9));
        Assert.True(result.Decompositions >= rounds);
    }

    [Theory]
    [InlineData("alternating")]
    [InlineData("adaptive")]
    public void FollowTheLeader_OnItsBadGames_PaysLinearly(string adversary)
    {
        using var scope = new TensorScope();
        const int Rounds = 200;
        using var leader = new FollowTheLeader(4, 7, Radius);
        using var faml = new Faml(4, 7, Radius, 1);
        var bad = MatrixGame.Play(leader, Adversary(adversary, 4, 7), Rounds);
        var good = MatrixGame.Play(faml, Adversary(adversary, 4, 7), Rounds);
        Assert.True(bad.Regret > 0.7 * Rounds * Radius * 4, $"{bad.Regret}");
        Assert.True(bad.Regret > 1.9 * bad.Regrets[(Rounds / 2) - 1], "Twice the rounds, twice the regret.");
        Assert.True(good.Regret < 1.6 * good.Regrets[(Rounds / 2) - 1], "Twice the rounds, at most the root of two times the regret.");
        Assert.True(bad.Regret > good.Bound);
    }

    [Theory]
    [InlineData("faml")]
    [InlineData("ftpl")]
    [InlineData("ftrl")]
    [InlineData("shampoo")]
    [InlineData("ftl")]
    public void Learner_Tall_PlaysTheTransposedGame(string name)
    {
        using var scope = new TensorScope();
        using var wide = Learner(name, 3, 5);
        using var tall = Learner(name, 5, 3);
        var stream = new RandomStream(Seed.From(4));
        for (var round = 0; round < 5; round++)
        {
            var g = Tensor.From<double>([.. Enumerable.Range(0, 15).Select(_ => stream.NextGaussian() / 8)], 3, 5);
            wide.Observe(g);
            tall.Observe(g.T());
            Close(wide.Decide().T(), tall.Decide(), 1e-9);
        }
    }

    [Fact]
    public void Faml_Decision_IsTheAugmentedPolarFactor()
    {
        // X = -D polar([S  L/η]) over the first n columns, with any L Lᵀ = G² I + M (checked with a Cholesky factor).
        using var scope = new TensorScope();
        using var learner = new Faml(4, 6, Radius, 2);
        var (sum, second) = (Tensor.Zeros([4, 6], DType.Float64), Ops.Eye(4, DType.Float64) * 4);
        var stream = new RandomStream(Seed.From(9));
        for (var round = 0; round < 4; round++)
        {
            var g = Tensor.From<double>([.. Enumerable.Range(0, 24).Select(_ => stream.NextGaussian())], 4, 6);
            learner.Observe(g);
            (sum, second) = (sum + g, second + g.Matmul(g.T()));
            var augmented = PolarFactor.Exact(Ops.Cat([sum, RidgedCholesky.Of(second).Factor], 1));
            Close(augmented[.., ..6] * -Radius, learner.Decide(), 1e-12);
        }
    }

    [Fact]
    public void Faml_Decision_IsTheGradientOfItsPotential()
    {
        using var scope = new TensorScope();
        using var learner = new Faml(2, 3, 1, 1);
        var g = Tensor.From<double>([0.3, -0.2, 0.5, 0.1, 0.4, -0.6], 2, 3);
        learner.Observe(g);
        var ridged = Ops.Eye(2, DType.Float64) + g.Matmul(g.T());
        double Potential(Tensor s) => (s.Matmul(s.T()) + ridged).LinalgEigvalsh().Sqrt().Sum().Item();
        var decision = learner.Decide().ToArray<double>();
        for (var i = 0; i < 6; i++)
        {
            var step = new double[6];
            step[i] = 1e-5;
            var h = Tensor.From<double>(step, 2, 3);
            Assert.Equal(-(Potential(g + h) - Potential(g - h)) / 2e-5, decision[i], 1e-9);
        }
    }

    [Fact]
    public void QuadraticFtrl_Decision_CannotBeImproved()
    {
        using var scope = new TensorScope();
        using var learner = new QuadraticFtrl(3, 5, 1, 1);
        var stream = new RandomStream(Seed.From(2));
        var (sum, second) = (Tensor.Zeros([3, 5], DType.Float64), Ops.Eye(3, DType.Float64));
        Tensor Gaussian() => Tensor.From<double>([.. Enumerable.Range(0, 15).Select(_ => stream.NextGaussian())], 3, 5);
        for (var round = 0; round < 3; round++)
        {
            var g = Gaussian();
            learner.Observe(g);
            (sum, second) = (sum + g, second + g.Matmul(g.T()));
        }

        var (values, vectors) = second.LinalgEigh();
        var root = (vectors * values.Sqrt()).Matmul(vectors.T());
        double Value(Tensor x) => (sum * x).Sum().Item() + ((x * root.Matmul(x)).Sum().Item() / Math.Sqrt(2));
        var best = learner.Decide();
        for (var trial = 0; trial < 50; trial++)
        {
            var other = best + (Gaussian() * 0.01);
            var norm = Ops.LinalgSvdvals(other).Amax([-1]).Item();
            Assert.True(Value(other / Math.Max(1, norm)) >= Value(best) - 1e-9);
        }
    }

    [Fact]
    public void Observe_WrongShape_SaysWhichIsWanted()
    {
        using var scope = new TensorScope();
        using var learner = new Faml(2, 3, 1, 1);
        var error = Assert.Throws<ArgumentException>(() => learner.Observe(Tensor.Zeros([3, 2])));
        Assert.Contains("2×3", error.Message, StringComparison.Ordinal);
    }

    private static MatrixLearner Learner(string name, int rows, int columns) => name switch
    {
        "faml" => new Faml(rows, columns, Radius, 1),
        "ftpl" => new Ftpl(rows, columns, Radius, 1, 20, Seed.From(3)),
        "ftrl" => new QuadraticFtrl(rows, columns, Radius, 1),
        "shampoo" => new OneSidedShampoo(rows, columns, Radius),
        _ => new FollowTheLeader(rows, columns, Radius),
    };

    private static IMatrixAdversary Adversary(string name, int rows, int columns) => name switch
    {
        "random" => MatrixAdversaries.Random(rows, columns, Seed.From(5)),
        "drifting" => MatrixAdversaries.DriftingMean(rows, columns, Seed.From(6)),
        "alternating" => MatrixAdversaries.Alternating(rows, columns, Seed.From(7)),
        _ => MatrixAdversaries.Adaptive(rows, columns, Seed.From(8)),
    };

    private static void Close(Tensor expected, Tensor actual, double tolerance) =>
        Assert.All(
            expected.ToDoubles().Zip(actual.ToDoubles()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
}
