using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class T3Tests
{
    [Theory]
    [InlineData(T3Activation.Identity, false)]
    [InlineData(T3Activation.Identity, true)]
    [InlineData(T3Activation.Relu, true)]
    [InlineData(T3Activation.Gelu, true)]
    [InlineData(T3Activation.Tanh, false)]
    public void Gradients_are_those_of_differences_and_the_loss_is_one_mean(T3Activation activation, bool bias)
    {
        using var scope = new TensorScope();
        using var head = new T3Head(4, 6, new T3Options { Rank = 3, Activation = activation, Bias = bias }, new Seed(5), DType.Float64);
        double[] u = [.. Draws(1, 5 * 4)], s = [1, 0, 1, 1, 0];
        long[] y = [2, 0, 2, 5, 3];
        Tensor pooled = Tensor.From<double>(u, 5, 4), tokens = Tensor.From<long>(y, 5), kept = Tensor.From<double>(s, 5);
        double Loss()
        {
            using var inner = new TensorScope();
            return head.Logits(pooled, tokens).ToDoubles().Zip(s, (c, one) => Math.Log(1 + Math.Exp(c)) - (one * c)).Average();
        }

        var value = head.Learn(pooled, tokens, kept).Item();
        Assert.Equal(Loss(), value, 1e-14);
        foreach (var parameter in head.Parameters)
        {
            var gradient = parameter.Gradient!.ToDoubles();
            var values = parameter.Value.AsSpan<double>();
            for (var i = 0; i < values.Length; i++)
            {
                var before = values[i];
                values[i] = before + 1e-6;
                var above = Loss();
                values[i] = before - 1e-6;
                var below = Loss();
                values[i] = before;
                Assert.Equal((above - below) / 2e-6, gradient[i], 1e-8);
            }
        }

        // Rows of tokens that no answer holds get no gradient, so only decay moves them.
        var rows = head.B.Gradient!.ToDoubles().Chunk(3).ToArray();
        Assert.All(new[] { 1, 4 }, token => Assert.All(rows[token], g => Assert.Equal(0, g)));
        // A rectified row may be cut off altogether.
        int[] seen = activation == T3Activation.Relu ? [] : [0, 2, 3, 5];
        Assert.All(seen, token => Assert.Contains(rows[token], g => g != 0));
    }

    [Fact]
    public void One_logit_a_token_is_that_of_all_tokens_and_large_ones_do_not_overflow()
    {
        using var scope = new TensorScope();
        using var head = new T3Head(4, 6, new T3Options { Rank = 3, Bias = true, Activation = T3Activation.Tanh }, new Seed(5), DType.Float64);
        var pooled = Tensor.From<double>([.. Draws(1, 12)], 3, 4);
        var tokens = Tensor.From<long>([4, 0, 5], 3);
        var all = head.Forward(pooled).ToDoubles().Chunk(6).ToArray();
        var some = head.Logits(pooled, tokens).ToDoubles();
        Assert.Equal([all[0][4], all[1][0], all[2][5]], some.Select((c, i) => Math.Abs(c - all[i][new[] { 4, 0, 5 }[i]]) < 1e-14 ? all[i][new[] { 4, 0, 5 }[i]] : c));
        var huge = Tensor.From<double>([.. Draws(1, 12).Select(x => x * 1e6)], 3, 4);
        using var steep = new T3Head(4, 6, new T3Options { Rank = 3 }, new Seed(5), DType.Float64);
        Assert.True(double.IsFinite(steep.Learn(huge, tokens, Tensor.From<double>([1, 0, 1], 3)).Item()));
    }

    [Fact]
    public void Kept_states_and_states_read_anew_train_the_same_bits_and_leave_the_base_alone()
    {
        using var model = TinyTask.Model(dropout: 0.3);
        var before = WeightChecksum.Of(model);
        double[] Run(bool cached)
        {
            var result = new T3(new T3Options { Rank = 3, Cached = cached }).Forget(TinyTask.Of(model), Budget(4));
            Assert.Empty(result.ChangedParameters);
            Assert.Equal(EndingKind.Completed, result.Ending.Kind);
            Assert.Equal(20, result.Counts.ForgetExamples);
            Assert.Equal(20, result.Counts.RetainExamples);
            using var scorer = (T3Scorer)result.Scorer!;
            Assert.Equal(3 * (8 + TinyTask.Vocabulary), result.Figures["head_parameters"]);
            return TinyTask.Weights(scorer.Head);
        }

        Assert.Equal(Run(true), Run(false));
        Assert.Equal(before, WeightChecksum.Of(model));
        using (GradMode.Disable())
        {
            model.Parameters[0].Value.AsSpan<double>()[0] += 1e-12;
        }

        Assert.NotEqual(before, WeightChecksum.Of(model));
        Assert.False(new T3().ChangesModel);
    }

    [Fact]
    public void A_base_that_changes_meanwhile_is_noticed()
    {
        using var model = TinyTask.Model();
        void Change(in UnlearningStep step)
        {
            using var mode = GradMode.Disable();
            model.Parameters[0].Value.AsSpan<double>()[0] += 1;
        }

        var failure = Assert.Throws<InvalidOperationException>(() => new T3().Forget(TinyTask.Of(model), Budget(1), Change));
        Assert.StartsWith("The model's weights changed while 't3' ran, which reads them only.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_parts_forget_from_retain()
    {
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        List<double> losses = [];
        var result = new T3(new T3Options { Rank = 8, Temperature = 2 }).Forget(task, Budget(150, 0.03), (in UnlearningStep step) => losses.Add(step.Loss));
        using var scorer = (T3Scorer)result.Scorer!;
        Assert.True(losses[^5..].Average() < 0.3 * losses[..5].Average(), $"from {losses[0]} to {losses[^1]}");
        double Mean(ISequenceScorer by, ExampleSet set)
        {
            using var scope = new TensorScope();
            return Enumerable.Range(0, task.Count(set)).Average(i =>
            {
                var one = task.Example(set, i);
                long[] tokens = [.. one.Prompt.Concat(one.Answer).Select(t => (long)t)];
                var scores = by.ScoreAll(Tensor.From<long>(tokens, 1, tokens.Length)).LogSoftmax(-1).ToDoubles().Chunk(TinyTask.Vocabulary).ToArray();
                return one.Answer.Select((token, t) => scores[one.Prompt.Count - 1 + t][token]).Average();
            });
        }

        var fall = Mean(model, ExampleSet.Forget) - Mean(scorer, ExampleSet.Forget);
        var kept = Mean(model, ExampleSet.Retain) - Mean(scorer, ExampleSet.Retain);
        Assert.True(fall > kept + 1, $"forget falls by {fall}, retain by {kept}");
    }

    [Fact]
    public void Without_guidance_the_base_is_tempered_and_at_temperature_1_unchanged()
    {
        using var scope = new TensorScope();
        using var model = TinyTask.Model();
        using var scorer = Scorer(model, new T3Options { Rank = 3, Guidance = 0, Temperature = 1 });
        var tokens = Tensor.From<long>([1, 5, 7, 2, 9, 3], 2, 3);
        Close(Base(model).ScoreAll(tokens).Softmax(-1), scorer.ScoreAll(tokens).Softmax(-1));
        scorer.Options = scorer.Options with { Temperature = 2.5 };
        Close((Base(model).ScoreAll(tokens) / 2.5).Softmax(-1), scorer.ScoreAll(tokens).Softmax(-1));
        var greedy = new DecodingOptions { MaxNewTokens = 4 };
        IReadOnlyList<int[]> Texts(ITokenScorer by) =>
            TokenGeneration.Generate(by, [[1, 2], [3]], greedy, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Texts(model), Texts(scorer));
    }

    [Fact]
    public void Scores_are_tempered_log_probabilities_and_the_logarithm_of_the_classifier()
    {
        using var scope = new TensorScope();
        using var model = TinyTask.Model();
        using var scorer = Scorer(model, new T3Options { Rank = 3, Guidance = 0.7, Temperature = 2, ForgetShare = 0.1 });
        var tokens = Tensor.From<long>([1, 5, 7, 2], 1, 4);
        var hidden = model.Hidden(tokens).ToDoubles().Chunk(8).ToArray();
        var logs = Base(model).ScoreAll(tokens).LogSoftmax(-1).ToDoubles().Chunk(TinyTask.Vocabulary).ToArray();
        var scores = scorer.ScoreAll(tokens).ToDoubles().Chunk(TinyTask.Vocabulary).ToArray();
        double[][] a = [.. scorer.Head.A.Value.ToDoubles().Chunk(8)], b = [.. scorer.Head.B.Value.ToDoubles().Chunk(3)];
        for (var t = 0; t < 4; t++)
        {
            double[] mean = [.. Enumerable.Range(0, 8).Select(i => hidden[..(t + 1)].Average(h => h[i]))];
            double[] inner = [.. a.Select(row => row.Zip(mean, (x, y) => x * y).Sum())];
            for (var y = 0; y < TinyTask.Vocabulary; y++)
            {
                var c = b[y].Zip(inner, (x, z) => x * z).Sum() + Math.Log(9);
                Assert.Equal((logs[t][y] / 2) - (0.7 * Math.Log(1 + Math.Exp(-c))), scores[t][y], 1e-12);
            }
        }
    }

    [Fact]
    public void Token_by_token_with_padding_gives_the_scores_of_whole_sequences()
    {
        using var scope = new TensorScope();
        using var model = TinyTask.Model();
        using var scorer = Scorer(model, new T3Options { Rank = 3, Temperature = 2 });
        long[] longer = [4, 8, 2, 6, 1, 9], shorter = [7, 3, 5, 2];
        Tensor Whole(long[] tokens) => scorer.ScoreAll(Tensor.From<long>(tokens, 1, tokens.Length));
        // Right padding changes nothing before it.
        var both = scorer.ScoreAll(Tensor.From<long>([.. longer, .. shorter, 0, 0], 2, 6));
        Close(Whole(shorter).Select(0, 0), both.Select(0, 1).Narrow(0, 0, 4));
        // Left padding: a prompt of three and one of one token, then three more each.
        using var session = scorer.Begin(2, 6, [0, 2]);
        Close(Ops.Cat([Whole(longer).Select(1, 2), Whole(shorter).Select(1, 0)]), session.Feed(Tensor.From<long>([4, 8, 2, 0, 0, 7], 2, 3)));
        for (var t = 3; t < 6; t++)
        {
            var next = session.Feed(Tensor.From<long>([longer[t], shorter[t - 2]], 2, 1));
            Close(Ops.Cat([Whole(longer).Select(1, t), Whole(shorter).Select(1, t - 2)]), next);
        }
    }

    [Fact]
    public void Generated_text_is_that_of_a_teacher_forced_pass()
    {
        using var scope = new TensorScope();
        using var model = TinyTask.Model();
        using var scorer = Scorer(model, new T3Options { Rank = 3, Temperature = 2 });
        int[][] prompts = [[1, 5], [7, 2, 9, 3], [4]];
        var made = TokenGeneration.Generate(scorer, prompts, new DecodingOptions { MaxNewTokens = 6 }, cancellationToken: TestContext.Current.CancellationToken);
        for (var row = 0; row < prompts.Length; row++)
        {
            long[] all = [.. prompts[row].Concat(made[row]).Select(t => (long)t)];
            var scores = scorer.ScoreAll(Tensor.From<long>(all, 1, all.Length)).ToDoubles().Chunk(TinyTask.Vocabulary).ToArray();
            for (var i = 0; i < made[row].Length; i++)
            {
                var at = scores[prompts[row].Length - 1 + i];
                Assert.Equal(Array.IndexOf(at, at.Max()), made[row][i]);
            }
        }
    }

    [Fact]
    public void Files_bring_back_the_same_scores_and_refuse_another_base()
    {
        using var scope = new TensorScope();
        using var folder = new TemporaryFolder();
        using var model = TinyTask.Model();
        using var scorer = Scorer(
            model, new T3Options { Rank = 3, Temperature = 1.7, Guidance = 0.9, ForgetShare = 0.05, Activation = T3Activation.Gelu, Bias = true });
        var path = Path.Combine(folder.Path, "head.safetensors");
        T3Files.Save(path, scorer);
        using (var again = T3Files.Load(path, model))
        {
            Assert.Equal(scorer.Options, again.Options);
            var tokens = Tensor.From<long>([1, 5, 7, 2], 1, 4);
            Assert.Equal(scorer.ScoreAll(tokens).ToDoubles(), again.ScoreAll(tokens).ToDoubles());
        }

        using var other = TinyTask.Model(2);
        Assert.Contains(
            "was trained for another model: the checksums of the weights differ.",
            Assert.Throws<FormatException>(() => T3Files.Load(path, other)).Message,
            StringComparison.Ordinal);
        void Damaged(string sentence, Dictionary<string, string> metadata, params (string, Tensor)[] tensors)
        {
            var bad = Path.Combine(folder.Path, "bad.safetensors");
            SafeTensors.Write(bad, tensors, metadata);
            Assert.Contains(sentence, Assert.Throws<FormatException>(() => T3Files.Load(bad, model)).Message, StringComparison.Ordinal);
        }

        Dictionary<string, string> Metadata(string activation = "Relu", string temperature = "2") => new()
        {
            ["format"] = "nabla-t3",
            ["temperature"] = temperature,
            ["guidance"] = "1",
            ["forgetShare"] = "0",
            ["activation"] = activation,
            ["base"] = WeightChecksum.Of(model),
        };
        Tensor a = Tensor.Zeros([3, 8], DType.Float64), b = Tensor.Zeros([TinyTask.Vocabulary, 3], DType.Float64);
        Damaged("is no T3 head", [], ("A.weight", a), ("B.weight", b));
        Damaged("its metadata has no 'base'", new() { ["format"] = "nabla-t3" }, ("A.weight", a));
        Damaged("it has no 'B.weight' with 2 dimensions", Metadata(), ("A.weight", a));
        Damaged("its tensors do not fit together", Metadata(), ("A.weight", b), ("B.weight", a));
        Damaged("there is no activation 'Sine'", Metadata("Sine"), ("A.weight", a), ("B.weight", b));
        Damaged("'temperature' is 'warm', which is no number", Metadata(temperature: "warm"), ("A.weight", a), ("B.weight", b));
        Damaged("Temperature was 0.5", Metadata(temperature: "0.5"), ("A.weight", a), ("B.weight", b));
        Damaged("The head reads states of 8 numbers and knows 4 tokens", Metadata(), ("A.weight", a), ("B.weight", Tensor.Zeros([4, 3], DType.Float64)));
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Equal(0, new T3Options().PriorShift);
        Assert.Equal(Math.Log(19), new T3Options { ForgetShare = 0.05 }.PriorShift, 1e-15);
        var failure = Assert.Throws<OptionException>(new T3Options { Guidance = 0, ForgetShare = 0.1 }.ThrowIfInvalid);
        Assert.Equal("ForgetShare was 0.1; it has no effect without guidance. Leave it at 0, or set Guidance above 0.", failure.Message);
        Assert.Throws<OptionException>(new T3Options { Temperature = 0.9 }.ThrowIfInvalid);
    }

    private static T3Scorer Scorer(Module model, T3Options options)
    {
        var head = new T3Head(8, TinyTask.Vocabulary, options, new Seed(9), DType.Float64);
        using var mode = GradMode.Disable();
        head.B.Value.CopyFrom(head.B.Value * 5.0);
        model.Training = false;
        return new T3Scorer(model, head, options);
    }

    private static ISequenceScorer Base(Module model) => (ISequenceScorer)model;

    private static IEnumerable<double> Draws(int seed, int count)
    {
        RandomStream random = new(new Seed((ulong)seed));
        return Enumerable.Range(0, count).Select(_ => random.NextGaussian());
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.ElementCount, actual.ElementCount);
        Assert.All(expected.ToDoubles().Zip(actual.ToDoubles()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private static UnlearningBudget Budget(int epochs, double rate = 0.01) => new()
    {
        Optimizer = new AdamWOptions { LearningRate = rate },
        Epochs = epochs,
        BatchSize = 3,
        Seed = new Seed(1),
    };
}
