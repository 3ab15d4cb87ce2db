using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

/// <summary>The loop that all methods share: what is read in which order, how it ends, what is refused before anything changes.</summary>
public sealed class UnlearnerTests
{
    [Fact]
    public void APassReadsEveryExampleToForgetOnceAndAsManyToKeep()
    {
        using Scale task = new(forget: 7, retain: 4);
        Watching method = new();
        List<UnlearningStep> steps = [];
        var result = method.Forget(task, Budget(epochs: 2, batch: 3), (in UnlearningStep step) => steps.Add(step));

        Assert.Equal("completed", result.Ending.Key);
        Assert.Equal(6, result.Steps);
        Assert.Equal(new UnlearningCounts(14, 14, 6), result.Counts);
        Assert.Equal([3, 3, 1, 3, 3, 1], method.Batches.Select(b => b.Forget.Count));
        Assert.All(method.Batches, b => Assert.Equal(b.Forget.Count, b.Retain.Count));
        Assert.Equal(Enumerable.Range(0, 7), method.Batches.Take(3).SelectMany(b => b.Forget).Order());
        Assert.Equal(Enumerable.Range(0, 4), method.Batches.SelectMany(b => b.Retain).Take(4).Order());
        Assert.NotEqual(method.Batches.Take(3).SelectMany(b => b.Forget), method.Batches.Skip(3).SelectMany(b => b.Forget));
        Assert.Equal([0, 0, 0, 1, 1, 1], steps.Select(s => s.Epoch));
        Assert.Equal([2, 5], steps.Index().Where(s => s.Item.IsLastOfEpoch).Select(s => s.Index));
        Assert.Equal(["weight"], result.ChangedParameters);
    }

    [Fact]
    public void TheSameSeedGivesTheSameOrderAndAnotherSeedAnother()
    {
        List<int[]> orders = [];
        foreach (var seed in new long[] { 1, 1, 2 })
        {
            using Scale task = new(9, 9);
            Watching method = new();
            method.Forget(task, Budget(1, 9) with { Seed = Seed.From(seed) });
            orders.Add([.. method.Batches[0].Forget, .. method.Batches[0].Retain]);
        }

        Assert.Equal(orders[0], orders[1]);
        Assert.NotEqual(orders[0], orders[2]);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ALossThatIsNotFiniteEndsBeforeTheUpdate(double factor)
    {
        using Scale task = new(4, 4);
        Watching method = new() { Factor = step => step == 2 ? factor : 1 };
        var result = method.Forget(task, Budget(1, 1));

        Assert.Equal("non-finite", result.Ending.Key);
        Assert.Equal(2, result.Steps);
        Assert.Equal(1 - (2 * 0.125), task.Weight, 6);
    }

    [Fact]
    public void AGradientThatIsNotFiniteEndsBeforeTheUpdate()
    {
        using Scale task = new(4, 4);
        Watching method = new() { Spoils = 1 };
        var result = method.Forget(task, Budget(1, 1));

        Assert.Equal("non-finite", result.Ending.Key);
        Assert.Contains("'weight'", result.Ending.Advice, StringComparison.Ordinal);
        Assert.Equal(1 - 0.125, task.Weight, 6);
    }

    [Fact]
    public void StoppingKeepsWhatTheLastStepLeft()
    {
        using CancellationTokenSource stop = new();
        using Scale task = new(5, 5);
        var result = new Watching().Forget(task, Budget(1, 1) with { CancellationToken = stop.Token }, (in UnlearningStep step) =>
        {
            if (step.Step == 3)
            {
                stop.Cancel();
            }
        });

        Assert.Equal("cancelled", result.Ending.Key);
        Assert.Equal(3, result.Steps);
        Assert.Equal(1 - (3 * 0.125), task.Weight, 6);
    }

    [Fact]
    public void TheModelGetsItsModeBack()
    {
        using Scale task = new(2, 2);
        task.Model.Training = false;
        Watching method = new();
        method.Forget(task, Budget(1, 1));
        Assert.False(task.Model.Training);
        Assert.All(method.Modes, Assert.True);
    }

    [Theory]
    [InlineData(0, 3, 0, "nothing to forget")]
    [InlineData(3, 0, 0, "at least 1 examples to keep and was given 0")]
    [InlineData(3, 3, 5, "at least 5 examples to keep and was given 3")]
    public void TooLittleDataIsRefusedBeforeAnythingChanges(int forget, int retain, int asked, string sentence)
    {
        using Scale task = new(forget, retain);
        var error = Assert.Throws<ArgumentException>(() => new Watching().Forget(task, Budget(1, 1) with { RetainExamples = asked }));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, task.Weight);
    }

    [Theory]
    [InlineData(0, 1, "Epochs was 0")]
    [InlineData(1, 0, "BatchSize was 0")]
    public void ABudgetOfNothingIsRefused(int epochs, int batch, string sentence)
    {
        using Scale task = new(1, 1);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Watching().Forget(task, Budget(epochs, batch)));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMethodOfItsOwnMaySetGradientsAndSayWhatItChangedAndHowItDraws()
    {
        using Scale task = new(60, 3);
        Own method = new();
        var result = method.Forget(task, Budget(epochs: 1, batch: 60));
        // The gradient of its own is 2, not the 1 of the loss.
        Assert.Equal(1 - (0.125 * 2), task.Weight);
        Assert.Equal(["another"], result.ChangedParameters);
        // Sixty drawn from three, each by itself, where passes would have each twenty times.
        Assert.Equal(60, method.Retain.Count);
        Assert.NotEqual([20, 20, 20], method.Retain.CountBy(i => i).Select(c => c.Value));
    }

    private static UnlearningBudget Budget(int epochs, int batch) =>
        new() { Optimizer = new SgdOptions { LearningRate = 0.125 }, Epochs = epochs, BatchSize = batch };

    // The gradient of the loss is the factor of the step, whatever the weight.
    private sealed class Watching : GradientUnlearner
    {
        public List<UnlearningBatch> Batches { get; } = [];

        public List<bool> Modes { get; } = [];

        public Func<long, double> Factor { get; init; } = _ => 1;

        public long Spoils { get; init; } = -1;

        protected override void CheckOptions()
        {
        }

        protected override Tensor Loss(UnlearningBatch batch)
        {
            Batches.Add(batch);
            Modes.Add(batch.Task.Model.Training);
            return batch.Task.Model.Parameters[0].Value.Sum() * Factor(batch.Step);
        }

        protected override void WithGradients(UnlearningBatch batch)
        {
            if (batch.Step == Spoils)
            {
                using var mode = GradMode.Disable();
                batch.Task.Model.Parameters[0].Gradient!.Mul_(double.PositiveInfinity);
            }
        }
    }

    private sealed class Own : GradientUnlearner
    {
        private Parameter? _weight;

        public IReadOnlyList<int> Retain { get; private set; } = [];

        protected override bool DrawsRetainAnew => true;

        protected override void CheckOptions()
        {
        }

        protected override IReadOnlyList<string> Changed(IUnlearningTask task) => ["another"];

        protected override Tensor Loss(UnlearningBatch batch)
        {
            (_weight, Retain) = (batch.Task.Model.Parameters[0], batch.Retain);
            return _weight.Value.Sum();
        }

        protected override void Descend(Tensor loss) => _weight!.Value.Gradient = Tensor.OnesLike(_weight.Value) * 2.0;
    }

    private sealed class Scale(int forget, int retain) : IUnlearningTask, IDisposable
    {
        private readonly Linear _model = new(Tensor.Ones([1, 1]).Release());

        public Module Model => _model;

        public double Weight => _model.Weight.Value.Sum().Item();

        public int Count(ExampleSet set) => set == ExampleSet.Forget ? forget : retain;

        public Tensor Loss(ExampleSet set, IReadOnlyList<int> examples) => throw new NotSupportedException();

        public Tensor Outputs(ExampleSet set, IReadOnlyList<int> examples, RandomStream? random = null) => throw new NotSupportedException();

        public void Dispose() => _model.Dispose();
    }
}
