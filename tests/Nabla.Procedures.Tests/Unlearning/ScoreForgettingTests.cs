using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class ScoreForgettingTests
{
    [Fact]
    public void Losses_are_those_of_plain_loops()
    {
        using var scope = new TensorScope();
        double[,] p = Drawn.Matrix(5, 3, 1), f = Drawn.Matrix(5, 3, 2), x = Drawn.Matrix(5, 3, 3);
        double[] levels = [0.3, 1, 2.5, 0.7, 9];
        double fake = 0, generator = 0;
        for (var i = 0; i < 5; i++)
        {
            double square = 0, product = 0, size = 0;
            for (var j = 0; j < 3; j++)
            {
                square += Math.Pow(f[i, j] - x[i, j], 2);
                product += (p[i, j] - f[i, j]) * (p[i, j] - x[i, j] - (1.2 * (p[i, j] - f[i, j])));
                size += Math.Abs(p[i, j] - x[i, j]) / 3;
            }

            fake += square / (levels[i] * levels[i]) / 5;
            generator += product / size / 5;
        }

        Assert.Equal(fake, ScoreDistillation.FakeLoss(Of(f), Of(x), Tensor.From(levels, 5)).Item(), 12);
        Assert.Equal(generator, ScoreDistillation.GeneratorLoss(Of(p), Of(f), Of(x), 1.2).Item(), 12);
        // Where the teacher agrees with the sample the divisor is kept from zero.
        Assert.True(double.IsFinite(ScoreDistillation.GeneratorLoss(Of(x), Of(f), Of(x), 1.2).Item()));
        // The authors' thousand points: the product of 1 - beta over the first 440 of linear rates from 1e-4 to 0.02.
        var left = Enumerable.Range(0, 441).Aggregate(1.0, (a, t) => a * (1 - (1e-4 + (0.0199 * t / 999))));
        Assert.Equal(Math.Sqrt((1 / left) - 1), ScoreDistillation.Level(0.44), 0.02);
    }

    [Fact]
    public void The_divisor_of_the_generators_loss_has_no_derivative()
    {
        using var scope = new TensorScope();
        double[,] p = Drawn.Matrix(1, 2, 1), f = Drawn.Matrix(1, 2, 2), x = Drawn.Matrix(1, 2, 3);
        var sample = Of(x);
        sample.RequiresGrad = true;
        ScoreDistillation.GeneratorLoss(Of(p), Of(f), sample, 1).Backward();
        var size = (Math.Abs(p[0, 0] - x[0, 0]) + Math.Abs(p[0, 1] - x[0, 1])) / 2;
        Drawn.Close([-(p[0, 0] - f[0, 0]) / size, -(p[0, 1] - f[0, 1]) / size], sample.Gradient!.ToDoubles());
    }

    [Fact]
    public void The_exact_denoiser_is_the_posterior_mean()
    {
        using var rings = new GaussianRings(3, 4, dtype: DType.Float64);
        using var scope = new TensorScope();
        double[] y = [0.4, -0.9];
        const double level = 0.8;
        double weight = 0, first = 0, second = 0, own = rings.Deviation * rings.Deviation, total = own + (level * level);
        for (var k = 0; k < 4; k++)
        {
            var (a, b) = rings.Middle(2, k);
            var w = Math.Exp(-((y[0] - a) * (y[0] - a) + ((y[1] - b) * (y[1] - b))) / (2 * total));
            weight += w;
            first += w * (a + (own / total * (y[0] - a)));
            second += w * (b + (own / total * (y[1] - b)));
        }

        var guess = rings.Denoise(Tensor.From(y, 1, 2), Tensor.From<long>([2L], 1), Tensor.From([level], 1));
        Drawn.Close([first / weight, second / weight], guess.ToDoubles());
    }

    [Fact]
    public void Generated_samples_go_to_the_class_that_the_teacher_is_asked_about()
    {
        // A generator and a fake that are points: its samples stand still but for the loss, the fake sits on them.
        using var teacher = new GaussianRings(2, 1, 2, 0, 0.5, DType.Float64);
        using var fake = new Points([0, 0, 0, 0]);
        using var generator = new Points([0, 0, 0, 0]);
        var result = new ScoreForgetting(new ScoreForgettingOptions { SgForgetCoef = 1, GForgetCoef = 1, Alpha = 1 }).Forget(
            teacher, fake, generator, Budget(1) with { Optimizer = new SgdOptions { LearningRate = 0.1 }, FakeOptimizer = new SgdOptions { LearningRate = 1e-6 } });
        Assert.Equal(EndingKind.Completed, result.Ending.Kind);
        // Class 1 stands at (-2, 0), class 0, which is to be forgotten, at (2, 0): both rows go to the left.
        var places = generator.Places;
        Assert.True(places[0] < -0.01 && places[2] < -0.01, string.Join(", ", places));
    }

    [Fact]
    public void The_teacher_keeps_its_bits_and_is_asked_only_about_the_generators_samples()
    {
        using var network = new DenoisingPerceptron(2, 3, 8, 1, new Seed(1), DType.Float64);
        using var fake = new DenoisingPerceptron(2, 3, 8, 1, new Seed(2), DType.Float64);
        using var generator = new Points([1e6, 1e6, 1e6, 1e6, 1e6, 1e6]);
        var teacher = new Watched(network);
        var before = WeightChecksum.Of(network);
        var other = WeightChecksum.Of(fake);
        Assert.True(new ScoreForgetting(new ScoreForgettingOptions { LabelToForget = 2, LabelToOverride = -1 }).Forget(teacher, fake, generator, Budget(5)).Ending.IsSuccess);
        Assert.Equal(before, WeightChecksum.Of(network));
        Assert.NotEqual(other, WeightChecksum.Of(fake));
        Assert.All(network.Parameters, p => Assert.True(p.Value.RequiresGrad && p.Gradient is null));
        // Noise is at most some 13 × 6; nothing else than what the generator made reaches the teacher.
        Assert.Equal(10, teacher.Calls);
        Assert.True(teacher.Least > 1e6 - 100, $"{teacher.Least}");
        // Nor is it ever asked about the class that is to be forgotten.
        Assert.Equal([0L, 1L], teacher.Asked.Order());
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_others()
    {
        string Run(ulong seed)
        {
            using var teacher = new GaussianRings(3);
            using var fake = new DenoisingPerceptron(2, 3, 8, 1.5, new Seed(1));
            using var generator = new DenoisingPerceptron(2, 3, 8, 1.5, new Seed(2));
            new ScoreForgetting(new ScoreForgettingOptions { LabelToOverride = -1 }).Forget(teacher, fake, generator, Budget(4) with { Seed = new Seed(seed) });
            return WeightChecksum.Of(fake) + WeightChecksum.Of(generator);
        }

        Assert.Equal(Run(1), Run(1));
        Assert.NotEqual(Run(1), Run(2));
    }

    [Fact]
    public void A_weight_of_zero_leaves_the_class_alone()
    {
        using var teacher = new GaussianRings(2, 1, 2, 0, 0.5, DType.Float64);
        using var fake = new Points([0, 0, 0, 0]);
        using var generator = new Points([0, 1, 0, 1]);
        new ScoreForgetting(new ScoreForgettingOptions { SgForgetCoef = 0, GForgetCoef = 0 }).Forget(teacher, fake, generator, Budget(3));
        Assert.Equal([0.0, 1], generator.Places[..2]);
        Assert.Equal([0.0, 0], fake.Places[..2]);
        Assert.NotEqual([0.0, 1], generator.Places[2..]);
    }

    [Fact]
    public void Endings_are_values()
    {
        using var teacher = new GaussianRings(2, dtype: DType.Float64);
        using var fake = new Points([0, 0, 0, 0]);
        using var generator = new Points([0, 0, 0, 0]);
        var method = new ScoreForgetting(new ScoreForgettingOptions());
        using var source = new CancellationTokenSource();
        var seen = new List<ScoreForgettingStep>();
        var stopped = method.Forget(teacher, fake, generator, Budget(9) with { CancellationToken = source.Token }, step =>
        {
            seen.Add(step);
            if (step.Step == 2)
            {
                source.Cancel();
            }
        });
        Assert.Equal((EndingKind.Cancelled, 2L), (stopped.Ending.Kind, stopped.Steps));
        Assert.Equal([1L, 2L], seen.Select(s => s.Step));
        Assert.All(seen, s => Assert.True(double.IsFinite(s.FakeLoss) && double.IsFinite(s.GeneratorLoss) && s.GeneratorLoss != 0));
        using var broken = new Points([double.NaN, 0, 0, 0]);
        using var untouched = new Points([0, 0, 0, 0]);
        var bad = method.Forget(teacher, broken, untouched, Budget(9));
        Assert.Equal((EndingKind.NonFinite, 0L), (bad.Ending.Kind, bad.Steps));
        Assert.Contains("loss of the fake score was not finite in round 1", bad.Ending.Advice, StringComparison.Ordinal);
        Assert.Equal([0.0, 0, 0, 0], untouched.Places);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var teacher = new GaussianRings(2, dtype: DType.Float64);
        using var fake = new Points([0, 0, 0, 0]);
        using var generator = new Points([0, 0, 0, 0]);
        using var other = new Points([0, 0, 0, 0, 0, 0]);
        string Refused(ScoreForgettingOptions options, IClassDenoiser by) =>
            Assert.ThrowsAny<ArgumentException>(() => new ScoreForgetting(options).Forget(teacher, fake, by, Budget(1))).Message;
        Assert.Contains("The generator has 3 classes", Refused(new ScoreForgettingOptions(), other), StringComparison.Ordinal);
        Assert.Contains("share a model", Refused(new ScoreForgettingOptions(), fake), StringComparison.Ordinal);
        Assert.Contains("there are 2 classes", Refused(new ScoreForgettingOptions { LabelToOverride = 2 }, generator), StringComparison.Ordinal);
        Assert.Contains("another class", Refused(new ScoreForgettingOptions { LabelToForget = 1 }, generator), StringComparison.Ordinal);
        Assert.Contains("TMax was", Refused(new ScoreForgettingOptions { TMin = 0.8 }, generator), StringComparison.Ordinal);
        Assert.Contains("SgForgetCoef was 0", Refused(new ScoreForgettingOptions { SgForgetCoef = 0 }, generator), StringComparison.Ordinal);
        Assert.Contains("SgRemainCoef was 0", Refused(new ScoreForgettingOptions { SgRemainCoef = 0 }, generator), StringComparison.Ordinal);
        Assert.Contains("Nothing would be trained", Refused(new ScoreForgettingOptions { GRemainCoef = 0, GForgetCoef = 0 }, generator), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScoreForgetting(new ScoreForgettingOptions()).Forget(teacher, fake, generator, Budget(0)));
    }

    [Fact]
    public void The_example_of_the_document_runs()
    {
        using var teacher = new GaussianRings();
        using var fake = new DenoisingPerceptron(2, 4, 16, 1.5, new Seed(1));
        using var generator = new DenoisingPerceptron(2, 4, 16, 1.5, new Seed(2));
        var method = new ScoreForgetting(new ScoreForgettingOptions { LabelToForget = 0, LabelToOverride = 1, SgForgetCoef = 1, GForgetCoef = 1 });
        var ended = method.Forget(teacher, fake, generator, new ScoreForgettingBudget { Optimizer = new AdamOptions { Beta1 = 0 }, Steps = 600 });
        using var samples = ScoreForgetting.Sample(generator, [0, 1, 2], new RandomStream(new Seed(1)), time: 0.44);
        Assert.Equal(("completed", 600L), (ended.Ending.Key, ended.Steps));
        Assert.Equal([3L, 2L], samples.Shape);
    }

    private static Tensor Of(double[,] values) => Tensor.From<double>([.. values.Cast<double>()], values.GetLength(0), values.GetLength(1));

    private static ScoreForgettingBudget Budget(int steps) => new()
    {
        Optimizer = new AdamOptions { LearningRate = 0.01, Beta1 = 0 },
        Steps = steps,
        BatchSize = 16,
        Seed = new Seed(3),
        Execution = new ExecutionOptions { Threads = 1 },
    };

    // Guesses a point of its class whatever it sees.
    private sealed class Points : Module, IClassDenoiser
    {
        private readonly Parameter _places;

        public Points(double[] places) =>
            _places = Register("places", Tensor.From<double>(places, places.Length / 2, 2).Release(), ParameterRoles.Matrix);

        public double[] Places => _places.Value.ToDoubles();

        public Module Model => this;

        public int Classes => (int)_places.Value.Shape[0];

        public IReadOnlyList<long> SampleShape => [2];

        public override Tensor Forward(Tensor input) => _places.Value.IndexSelect(0, input);

        public Tensor Denoise(Tensor noisy, Tensor classes, Tensor levels) => Forward(classes);
    }

    private sealed class Watched(IClassDenoiser inner) : IClassDenoiser
    {
        public int Calls { get; private set; }

        public double Least { get; private set; } = double.PositiveInfinity;

        public HashSet<long> Asked { get; } = [];

        public Module Model => inner.Model;

        public int Classes => inner.Classes;

        public IReadOnlyList<long> SampleShape => inner.SampleShape;

        public Tensor Denoise(Tensor noisy, Tensor classes, Tensor levels)
        {
            Calls++;
            Least = Math.Min(Least, noisy.Detach().ToDoubles().Min());
            Asked.UnionWith(classes.ToArray<long>());
            return inner.Denoise(noisy, classes, levels);
        }
    }
}
