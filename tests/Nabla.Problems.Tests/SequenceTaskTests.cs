using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;

namespace Nabla.Problems.Tests;

public sealed class SequenceTaskTests
{
    private static readonly int[][] s_texts = [[1, 2, 3, 4, 5], [3, 1], [5, 4, 2]];

    [Fact]
    public void Loss_is_the_mean_over_tokens_whatever_the_lengths()
    {
        using var scope = new TensorScope();
        using var model = new Gpt(new GptOptions { Layers = 1, Heads = 2, Width = 8, Context = 6, Vocabulary = 6 }, new Seed(1), DType.Float64);
        var all = new SequenceTask("all", s_texts, s_texts, 3, default);
        // Each text alone, weighed by the tokens that are predicted in it: 4, 1 and 2.
        var alone = s_texts.Sum(text => (text.Length - 1) * new SequenceTask("one", [text], [text], 1, default).Evaluate(model)) / 7;
        Assert.Equal(alone, all.Evaluate(model), 12);
        using var batch = all.NextBatch();
        Assert.Equal(7, batch.Items);
        Assert.Equal(alone, all.Loss(model, batch).Item(), 12);
        Assert.Equal([3L, 4], batch.Inputs.Shape);
    }

    [Fact]
    public void Order_is_that_of_the_seed_and_goes_on_where_it_was()
    {
        var (one, two) = (new SequenceTask("all", s_texts, s_texts, 2, new Seed(1)), new SequenceTask("all", s_texts, s_texts, 2, new Seed(1)));
        static long[] Next(SequenceTask task)
        {
            using var batch = task.NextBatch();
            return batch.Inputs.ToArray<long>();
        }

        Next(one);
        var writer = new StateWriter();
        one.Save(writer);
        two.Load(StateReader.Of(writer));
        Assert.Equal(Next(one), Next(two));
        Assert.Equal(Next(one), Next(two));
    }

    [Fact]
    public void Texts_that_cannot_be_learned_are_refused()
    {
        void Says(string sentence, int[][] training, int[][] heldOut) => Assert.StartsWith(
            sentence, Assert.Throws<ArgumentException>(() => new SequenceTask("mine", training, heldOut, 1, default)).Message, StringComparison.Ordinal);
        Says("Task 'mine' has no sequences to train on; it needs at least one.", [], s_texts);
        Says("Task 'mine' has no sequences to evaluate on; it needs at least one.", s_texts, []);
        Says("Sequence 1 to train on of task 'mine' has 1 tokens; two are needed, one to predict the other.", [[1, 2], [1]], s_texts);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceTask("mine", s_texts, s_texts, 0, default));
    }
}
