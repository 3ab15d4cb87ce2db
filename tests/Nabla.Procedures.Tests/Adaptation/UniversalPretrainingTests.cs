using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Tests.Adaptation;

public sealed class UniversalPretrainingTests
{
    private const int Vocabulary = 6;

    private static readonly UniversalPretrainingOptions s_small = new() { Buffer = 12, Length = 10, Batch = 4, Computed = 6, Renewed = 1, Beginning = 3, ComputationWidth = 8 };

    [Fact]
    public void Sequences_begin_as_noise_and_become_predictable()
    {
        var options = s_small with { Buffer = 200, Computed = 200, Renewed = 0, Length = 40, Sharpness = 40 };
        var source = new UniversalSource(options, Vocabulary, new Seed(1));
        double Entropy() => source.Kept.Average(sequence => -sequence.GroupBy(token => token)
            .Sum(group => group.Count() / 40.0 * Math.Log(group.Count() / 40.0)));
        // The entropy of the tokens of single sequences: near that of noise at first, and lower after computations.
        var noise = Entropy();
        Assert.InRange(noise, Math.Log(Vocabulary) - 0.12, Math.Log(Vocabulary));
        for (var i = 0; i < 5; i++)
        {
            source.NextBatch().Dispose();
        }

        Assert.True(Entropy() < noise - 0.2, $"{Entropy()} after {noise}");
        Assert.All(source.Kept, sequence => Assert.All(sequence, token => Assert.InRange(token, 0, Vocabulary - 1)));
        Assert.All(source.Kept, sequence => Assert.Equal(40, sequence.Count));
    }

    [Fact]
    public void Computations_without_weights_leave_noise_and_none_leaves_what_was()
    {
        var source = new UniversalSource(s_small with { Gain = 0, Sharpness = 0, Buffer = 100, Length = 50, Computed = 100 }, Vocabulary, new Seed(1));
        for (var i = 0; i < 5; i++)
        {
            source.NextBatch().Dispose();
        }

        var counts = new int[Vocabulary];
        foreach (var token in source.Kept.SelectMany(sequence => sequence))
        {
            counts[token]++;
        }

        // 5000 draws: each of six tokens about 833 times, with a deviation of 26.
        Assert.All(counts, count => Assert.InRange(count, 700, 970));
    }

    [Fact]
    public void A_batch_is_sequences_and_what_follows_in_them()
    {
        var source = new UniversalSource(s_small, Vocabulary, new Seed(1));
        using var batch = source.NextBatch();
        var (inputs, targets) = (batch.Inputs.ToArray<long>(), batch.Targets.ToArray<long>());
        Assert.Equal(36, batch.Items);
        for (var row = 0; row < 4; row++)
        {
            int[] sequence = [.. inputs[(row * 9)..((row + 1) * 9)].Append(targets[(row * 9) + 8]).Select(token => (int)token)];
            Assert.Equal(sequence[1..].Select(token => (long)token), targets[(row * 9)..((row + 1) * 9)]);
            Assert.Contains(source.Kept, kept => kept.SequenceEqual(sequence));
        }
    }

    [Fact]
    public void A_resumed_training_is_equal_to_the_bit()
    {
        double[] Run(bool broken)
        {
            using var model = Model();
            using var training = Begin(model);
            if (!broken)
            {
                Assert.Equal("All 6 steps were made.", training.Run(6, TestContext.Current.CancellationToken).Advice);
                return RetrainingTests.Weights(model);
            }

            training.Run(2, TestContext.Current.CancellationToken);
            var writer = new StateWriter();
            training.Save(writer);
            using var other = Model();
            using var resumed = Begin(other);
            resumed.Load(StateReader.Of(writer));
            Assert.Equal((2, training.Loss), (resumed.Steps, resumed.Loss));
            resumed.Run(6, TestContext.Current.CancellationToken);
            return RetrainingTests.Weights(other);
        }

        Assert.Equal(Run(false), Run(true));
    }

    [Fact]
    public void Endings_and_refusals_say_what_and_what_to_do()
    {
        using var model = Model();
        using var source = new CancellationTokenSource();
        source.Cancel();
        using (var cancelled = Begin(model))
        {
            var ending = cancelled.Run(5, source.Token);
            Assert.Equal((EndingKind.Cancelled, "Cancelled after step 0."), (ending.Kind, ending.Advice));
        }

        using (var wild = UniversalPretraining.Begin(model, s_small, new SgdOptions { LearningRate = 1e30 }, new Seed(1)))
        {
            var ending = wild.Run(50, TestContext.Current.CancellationToken);
            Assert.Equal(EndingKind.NonFinite, ending.Kind);
            Assert.EndsWith("the step was not made. Lower the learning rate.", ending.Advice, StringComparison.Ordinal);
        }

        void Says(string sentence, UniversalPretrainingOptions options) =>
            RetrainingTests.Says(sentence, () => UniversalPretraining.Begin(model, options, new SgdOptions(), default));
        Says("Beginning was 10; it must be below the length of a sequence.", s_small with { Beginning = 10 });
        Says("Computed was 13; it must be at most the number of sequences that are kept.", s_small with { Computed = 13 });
        Says("Renewed was 13; it must be at most the number of sequences that are kept.", s_small with { Renewed = 13 });
        Says("Sequences of 30 tokens need a context of 29; the model has 12.", s_small with { Length = 30 });
        var writer = new StateWriter();
        new UniversalSource(s_small, Vocabulary, default).Save(writer);
        RetrainingTests.Says(
            "The checkpoint keeps 120 tokens, and 110 were expected.",
            () => new UniversalSource(s_small with { Buffer = 11 }, Vocabulary, default).Load(StateReader.Of(writer)));
        RetrainingTests.Says(
            "'x' in the checkpoint's sequences is no token below 6.",
            () => new UniversalSource(s_small, Vocabulary, default).Load(new StateReader([], [("kept", "1 x"), ("round", 0L)])));
    }

    private static Gpt Model() => new(new GptOptions { Layers = 1, Heads = 2, Width = 8, Context = 12, Vocabulary = Vocabulary }, new Seed(1));

    private static UniversalPretraining Begin(Gpt model) => UniversalPretraining.Begin(model, s_small, new AdamWOptions { LearningRate = 1e-2 }, new Seed(2));
}
