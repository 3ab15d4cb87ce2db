using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class MinNormOgTests
{
    [Fact]
    public void On_a_linear_model_one_full_projection_gives_the_interpolator_of_least_norm()
    {
        using var linear = new LinearTask(retain: 5, forget: 3);
        var result = Method(new() { RegCoef = 1, RegCoefDecay = 0 }).Forget(linear.Task, LinearTask.Budget(4));
        Assert.True(result.Ending.IsSuccess);
        Drawn.Close(Drawn.LeastNorm(LinearTask.Inputs(linear.Retain), linear.Start), linear.Theta, 1e-10);
        Assert.Equal(5, result.Figures["rank of the last projection"]);
        Assert.Equal(["weight"], result.ChangedParameters);
    }

    [Theory]
    [InlineData(6, 1, 0)]
    [InlineData(6, 2, 0)]
    [InlineData(6, 1, 2)]
    [InlineData(7, 3, 2)]
    [InlineData(3, 1, 5)]
    public void The_schedule_says_when_and_how_far(int epochs, int period, int descents)
    {
        using var linear = new LinearTask(retain: 5, forget: 2);
        var result = Method(new() { RegCoef = 0.4, RegCoefDecay = 0.5, ProjPd = period, NumGdEpochs = descents })
            .Forget(linear.Task, LinearTask.Budget(epochs));
        var projections = Enumerable.Range(0, epochs).Count(t => t < epochs - descents && t % period == 0);
        Assert.Equal(projections, result.Figures["projections"]);
        if (projections > 0)
        {
            Assert.Equal(0.4 * Math.Pow(0.5, projections - 1), result.Figures["last strength"], 12);
        }

        var end = Drawn.LeastNorm(LinearTask.Inputs(linear.Retain), linear.Start);
        var left = ProjectionStrength.LeftAfter(0.4, 0.5, projections);
        Drawn.Close([.. linear.Start.Zip(end, (x, e) => e + (left * (x - e)))], linear.Theta, 1e-9);
    }

    [Fact]
    public void Every_batch_of_a_pass_projects_on_its_own_examples()
    {
        using var linear = new LinearTask(retain: 6, forget: 2);
        var result = Method(new() { ProjPd = 2 }).Forget(linear.Task, LinearTask.Budget(3, batch: 2));
        Assert.Equal(2 * 3, result.Figures["projections"]);
        Assert.Equal(2, result.Figures["rank of the last projection"]);
    }

    [Fact]
    public void It_projects_first_and_descends_with_a_fresh_forward_pass()
    {
        using var linear = new LinearTask(retain: 4, forget: 2, interpolates: false);
        Method(new() { RegCoef = 0.5 }).Forget(linear.Task, LinearTask.Budget(1, rate: 0.03));
        var projected = new RowSpan(LinearTask.Inputs(linear.Retain)).Shrink(linear.Start, 0.5);
        var gradient = LinearTask.Gradient(linear.Retain, projected);
        Drawn.Close([.. projected.Zip(gradient, (x, g) => x - (0.03 * g))], linear.Theta, 1e-9);
    }

    [Fact]
    public void Moments_that_are_reset_do_not_push_back()
    {
        double[] End(bool reset, double momentum)
        {
            using var linear = new LinearTask(retain: 4, forget: 2, interpolates: false);
            Method(new() { RegCoef = 0.2, ResetMoments = reset }).Forget(linear.Task, LinearTask.Budget(5, 0.02, momentum));
            return linear.Theta;
        }

        // Momentum that begins anew before every step is none.
        Assert.Equal(End(false, 0), End(true, 0.9));
        Assert.NotEqual(End(false, 0.9), End(true, 0.9));
    }

    [Theory]
    [InlineData(7, new[] { 2, 2, 1 })]
    [InlineData(2, new[] { 1, 1, 1 })]
    [InlineData(100, new[] { 4, 4, 1 })]
    public void The_sample_is_balanced_over_classes(int sample, int[] each)
    {
        using var recorder = new Recorder([0, 0, 0, 0, 1, 1, 1, 1, 2], classes: 3);
        Method(new() { GradSampleSize = sample }).Forget(recorder, LinearTask.Budget(1));
        Assert.Equal(each, Enumerable.Range(0, 3).Select(label => recorder.Asked.Distinct().Count(i => recorder.Answer(ExampleSet.Retain, i)[0] == label)));
    }

    [Fact]
    public void A_regression_samples_at_random_and_the_forgotten_are_never_read()
    {
        using var linear = new LinearTask(retain: 6, forget: 2);
        var result = Method(new() { RegCoef = 1, RegCoefDecay = 1, GradSampleSize = 3 }).Forget(linear.Task, LinearTask.Budget(1));
        Assert.Equal(3, result.Figures["rank of the last projection"]);
        Assert.Equal(0, result.Counts.ForgetExamples);
    }

    [Fact]
    public void Gains_and_shifts_of_normalization_can_keep_out()
    {
        using var model = new Normalized();
        var task = new RegressionUnlearningTask(model, new([1, 2], 2, [1]), new([3, 4, 1, -1], 2, [0, 1]));
        var before = model.Parameters.ToDictionary(p => p.Name, p => p.Value.ToDoubles());
        Method(new() { RegCoef = 1, ExcludeNorms = true }).Forget(task, LinearTask.Budget(1, rate: 0));
        foreach (var parameter in model.Parameters)
        {
            Assert.Equal(parameter.Name.StartsWith("norm.", StringComparison.Ordinal), before[parameter.Name].SequenceEqual(parameter.Value.ToDoubles()));
        }
    }

    [Fact]
    public void Little_memory_changes_nothing_but_the_order_of_sums()
    {
        double[] End(int limit)
        {
            using var model = new Mlp([3, 700, 200, 2], new Seed(3), DType.Float64);
            var random = new RandomStream(new Seed(4));
            ExampleRows Rows(int count) => new([.. Enumerable.Range(0, 3 * count).Select(_ => (float)random.NextGaussian())], 3, [.. Enumerable.Range(0, count).Select(i => i % 2f)]);
            var task = new ClassUnlearningTask(model, 2, Rows(2), Rows(6));
            Method(new() { RegCoef = 0.5, MemoryLimit = limit }).Forget(task, LinearTask.Budget(1));
            return [.. model.Parameters.SelectMany(p => p.Value.ToDoubles())];
        }

        Drawn.Close(End(1024), End(1), 1e-10);
    }

    [Fact]
    public void A_language_model_is_projected_by_one_answer_position_an_example()
    {
        using var model = new Gpt(new GptOptions { Vocabulary = 11, Context = 8, Layers = 1, Heads = 2, Width = 8 }, new Seed(1));
        TokenExample Example(int i) => new($"e{i}", [1, 2 + i], [3 + i, 4, 5]);
        var task = new LanguageUnlearningTask(model, [Example(0)], [.. Enumerable.Range(1, 5).Select(Example)]);
        var before = model.Parameters.Select(p => p.Value.ToDoubles()).ToArray();
        var result = Method(new() { RegCoef = 0.5 }).Forget(task, LinearTask.Budget(2, batch: 5));
        Assert.True(result.Ending.IsSuccess);
        Assert.Equal(5, result.Figures["rank of the last projection"]);
        Assert.All(model.Parameters.Zip(before), pair => Assert.NotEqual(pair.Second, pair.First.Value.ToDoubles()));
        Assert.True(result.Figures["norm at the last projection"] < result.Figures["norm before"]);
    }

    private static IUnlearner Method(MinNormOgOptions options) => options.Create();

    private sealed class Normalized : Module
    {
        private readonly Parameter _gain;
        private readonly Parameter _shift;
        private readonly Linear _linear;

        internal Normalized()
        {
            _gain = Register("norm.weight", Tensor.From<float>([1, 2], 2).Release(), ParameterRoles.Vector);
            _shift = Register("norm.bias", Tensor.From<float>([0.5f, -1], 2).Release(), ParameterRoles.Vector);
            _linear = Register("linear", new Linear(Tensor.From<float>([1, 2], 1, 2).Release(), Tensor.From<float>([3], 1).Release()));
        }

        public override Tensor Forward(Tensor input) => _linear.Forward((input * _gain.Value) + _shift.Value);
    }

    // A linear classifier that writes down whose outputs were asked for.
    private sealed class Recorder(int[] labels, int classes) : ILabelledUnlearningTask, IDisposable
    {
        private readonly Linear _model = new(Tensor.Ones([classes, 1]).Release());

        public List<int> Asked { get; } = [];

        public Module Model => _model;

        public int Classes => classes;

        public int Count(ExampleSet set) => set == ExampleSet.Forget ? 1 : labels.Length;

        public IReadOnlyList<int> Answer(ExampleSet set, int example) => [labels[example]];

        public Tensor Loss(ExampleSet set, IReadOnlyList<int> examples) => _model.Weight.Value.Sum();

        public ScoredAnswers Score(ExampleSet set, IReadOnlyList<int> examples) => throw new NotSupportedException();

        public Tensor Outputs(ExampleSet set, IReadOnlyList<int> examples, RandomStream? random = null)
        {
            Assert.Equal(ExampleSet.Retain, set);
            Asked.AddRange(examples);
            return _model.Weight.Value[0].Sum() * (1 + examples[0]);
        }

        public void Dispose() => _model.Dispose();
    }
}
