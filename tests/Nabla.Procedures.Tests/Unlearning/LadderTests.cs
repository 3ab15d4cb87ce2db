using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class LadderTests
{
    private static readonly Dictionary<string, UnlearnerOptions> s_methods = new()
    {
        ["gradient-ascent"] = new GradientAscentOptions(),
        ["gradient-difference"] = new GradientDifferenceOptions(),
        ["kl-unlearning"] = new KlUnlearningOptions(),
        ["npo"] = new NpoOptions(),
        ["simnpo"] = new SimNpoOptions(),
        ["dpo-unlearning"] = new DpoUnlearningOptions(),
        ["refusal-training"] = new RefusalTrainingOptions(),
        ["rmu"] = new RmuOptions { Layer = 1 },
        ["undial"] = new UndialOptions(),
        ["wga"] = new WgaOptions(),
        ["satimp"] = new SatImpOptions(),
        ["ce-u"] = new CeUOptions(),
        ["pdu"] = new PduOptions { Epsilon = 0.5 },
        ["inverted-hinge"] = new InvertedHingeOptions(),
        ["catnip"] = new CatnipOptions(),
        ["tru"] = new TruOptions { Trace = _ => [5, 6] },
    };

    public static TheoryData<string> Names => [.. s_methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_method_is_in_the_catalogue_and_lowers_its_loss(string name)
    {
        Assert.Equal(s_methods[name].GetType(), Catalogue.Find(name).OptionsType);
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        List<double> losses = [];
        var result = s_methods[name].Create().Forget(
            task, Budget(30, 0.003), (in UnlearningStep step) => losses.Add(step.IsLastOfEpoch ? step.Loss : double.NaN));
        Assert.Equal(EndingKind.Completed, result.Ending.Kind);
        Assert.Equal(30, result.Steps);
        Assert.Equal(150, result.Counts.ForgetExamples);
        Assert.Equal(model.Parameters.Select(p => p.Name), result.ChangedParameters);
        // The price of PDU's constraint moves, so its loss alone says nothing.
        if (name != "pdu")
        {
            Assert.True(losses[^1] < losses[0], $"from {losses[0]} to {losses[^1]}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_bits_and_a_second_run_has_no_memory(string name)
    {
        double[] Run(IUnlearner method, int seed)
        {
            using var model = TinyTask.Model();
            method.Forget(TinyTask.Of(model), Budget(3, 0.01) with { BatchSize = 2, Seed = new Seed((ulong)seed) });
            return TinyTask.Weights(model);
        }

        var method = s_methods[name].Create();
        var first = Run(method, 1);
        var other = Run(method, 2);
        Assert.Equal(first, Run(method, 1));
        Assert.NotEqual(first, other);
    }

    [Theory]
    [InlineData("npo", 1)]
    [InlineData("kl-unlearning", 2)]
    [InlineData("undial", 1)]
    [InlineData("dpo-unlearning", 2)]
    [InlineData("rmu", 7)]
    public void What_is_kept_of_the_starting_model_is_read_once_and_without_dropout(string name, int readings)
    {
        using var model = TinyTask.Model(dropout: 0.5);
        WatchedTask task = new(TinyTask.Of(model));
        model.Training = true;
        s_methods[name].Create().Forget(task, Budget(2, 0.001));
        Assert.Equal(readings, task.Seen.TakeWhile(training => !training).Count());
        Assert.All(task.Seen.Skip(readings), training => Assert.True(training));
        Assert.True(model.Training);
    }

    [Fact]
    public void A_step_of_npo_is_that_of_its_loss_at_the_start()
    {
        using var model = TinyTask.Model();
        var before = TinyTask.Weights(model);
        var task = TinyTask.Of(model);
        double[] gradient;
        using (var scope = new TensorScope())
        {
            int[] all = [0, 1, 2, 3, 4];
            (AnswerScores.Sums(task.Score(ExampleSet.Forget, all)).Mean() * 0.5).Backward();
            gradient = [.. model.Parameters.SelectMany(p => p.Gradient!.ToDoubles())];
            foreach (var parameter in model.Parameters)
            {
                parameter.Value.Gradient = null;
            }
        }

        var seen = double.NaN;
        new Npo(new NpoOptions { Gamma = 0.5, Retain = RetainLoss.None }).Forget(
            task, Budget(1, 0.01, sgd: true), (in UnlearningStep step) => seen = step.Loss);
        Assert.Equal(10 * Math.Log(2), seen, 1e-12);
        Assert.All(
            TinyTask.Weights(model).Zip(before.Zip(gradient, (w, g) => w - (0.01 * g))),
            pair => Assert.Equal(pair.Second, pair.First, 1e-14));
    }

    [Theory]
    [InlineData(RetainLoss.Nll)]
    [InlineData(RetainLoss.Kl)]
    [InlineData(RetainLoss.None)]
    public void Weights_and_the_retain_loss_enter_the_loss(RetainLoss retain)
    {
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model, 5, 5);
        using var scope = new TensorScope();
        int[] all = [0, 1, 2, 3, 4];
        var forget = ForgetLosses.WeightedAscent(task.Score(ExampleSet.Forget, all), 1).Item();
        var kept = retain switch
        {
            RetainLoss.Nll => task.Loss(ExampleSet.Retain, all).Item(),
            _ => 0,
        };
        var seen = double.NaN;
        var method = new Wga(new WgaOptions { Gamma = 0.3, Alpha = retain == RetainLoss.None ? 1 : 2, Retain = retain });
        Assert.Equal(retain == RetainLoss.None ? RetainNeed.None : RetainNeed.Sample, method.Needs);
        var result = method.Forget(task, Budget(1, 0.01), (in UnlearningStep step) => seen = step.Loss);
        Assert.Equal((0.3 * forget) + (2 * kept), seen, 1e-12);
        Assert.Equal(retain == RetainLoss.None ? 0 : 5, result.Counts.RetainExamples);
    }

    [Fact]
    public void Rmu_moves_states_of_its_block_and_leaves_later_blocks()
    {
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        var later = model.Parameters.Where(p => p.Name.Contains("h.1.", StringComparison.Ordinal)).ToArray();
        var before = later.SelectMany(p => p.Value.ToDoubles()).ToArray();
        using var scope = new TensorScope();
        TokenExample[] kept = [.. Enumerable.Range(0, 7).Select(i => task.Example(ExampleSet.Retain, i))];
        TokenExample[] gone = [.. Enumerable.Range(0, 5).Select(i => task.Example(ExampleSet.Forget, i))];
        double Moved(TokenExample[] examples, Tensor from) => (task.States(examples, 0) - from).Square().Mean().Item();
        Tensor keptStart = task.States(kept, 0).Detach().Clone(), goneStart = task.States(gone, 0).Detach().Clone();
        new Rmu(new RmuOptions { Layer = 0, Coefficient = 20, Alpha = 5 }).Forget(task, Budget(60, 0.01));
        Assert.Equal(before, later.SelectMany(p => p.Value.ToDoubles()));
        Assert.True(Moved(gone, goneStart) > 5 * Moved(kept, keptStart), $"{Moved(gone, goneStart)} beside {Moved(kept, keptStart)}");
    }

    [Fact]
    public void Targets_are_reasons_and_a_refusal_in_sums_beside_the_ascent()
    {
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model, 5, 5);
        using var scope = new TensorScope();
        var seen = double.NaN;
        List<string> asked = [];
        var method = new Tru(new TruOptions
        {
            Ascent = 0.3,
            Retain = RetainLoss.None,
            Trace = example =>
            {
                asked.Add(example.Id);
                return [example.Prompt[0], 6];
            },
        });
        var one = new LanguageUnlearningTask(
            model, [.. Enumerable.Range(0, 5).Select(i => task.Example(ExampleSet.Forget, i))], [], [[4, 1]]);
        TokenExample[] targets = [.. Enumerable.Range(0, 5).Select(i => task.Example(ExampleSet.Forget, i)).Select(e => e with { Answer = [e.Prompt[0], 6, 4, 1] })];
        var expected = -AnswerScores.Sums(task.Score(targets)).Mean().Item() - (0.3 * task.Loss(ExampleSet.Forget, [0, 1, 2, 3, 4]).Item());
        method.Forget(one, Budget(1, 0.01), (in UnlearningStep step) => seen = step.Loss);
        Assert.Equal(expected, seen, 1e-12);
        Assert.Equal(targets.Select(t => t.Id), asked);
    }

    [Fact]
    public void The_price_of_the_constraint_is_never_negative_and_grows_while_the_loss_is_above_its_bound()
    {
        using var model = TinyTask.Model();
        var method = new Pdu(new PduOptions { Epsilon = 0.1, WarmupEpochs = 1, DualStep = 0.5 });
        List<double> prices = [];
        var result = method.Forget(TinyTask.Of(model), Budget(5, 0.001), (in UnlearningStep _) => prices.Add(method.Multiplier));
        Assert.Equal(1, prices[0]);
        Assert.Equal(prices.Order(), prices);
        Assert.True(prices[^1] > prices[0]);
        Assert.Equal(prices[^1], result.Figures["multiplier"]);
        new Pdu(new PduOptions { Epsilon = 100, WarmupEpochs = 0 }).Forget(
            TinyTask.Of(model), Budget(5, 0.001), (in UnlearningStep _) => Assert.True(method.Multiplier >= 0));
        var loose = new Pdu(new PduOptions { Epsilon = 100, WarmupEpochs = 0 });
        loose.Forget(TinyTask.Of(model), Budget(2, 0.001));
        Assert.Equal(0, loose.Multiplier);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Classifiers_are_served_or_refused_in_a_sentence(string name)
    {
        RandomStream random = new(new Seed(3));
        ExampleRows Rows(int count) => new(
            [.. Enumerable.Range(0, count * 4).Select(_ => (float)random.NextGaussian())],
            4,
            [.. Enumerable.Range(0, count).Select(i => (float)(i % 3))]);
        using var model = new Mlp([4, 6, 3], new Seed(1));
        var task = new ClassUnlearningTask(model, 3, Rows(5), Rows(9));
        int[] forget = [0, 1, 2, 3, 4];
        using (var optimizer = Optimizer.Create(ParameterGroups.Of(model.Parameters).AssignRest(new AdamWOptions { LearningRate = 0.02 })))
        {
            for (var step = 0; step < 100; step++)
            {
                using var scope = new TensorScope();
                (task.Loss(ExampleSet.Forget, forget) + task.Loss(ExampleSet.Retain, [0, 1, 2, 3, 4, 5, 6, 7, 8])).Backward();
                optimizer.Step();
                optimizer.ZeroGradients();
            }
        }

        var before = task.Loss(ExampleSet.Forget, forget).Item();
        if (name is "dpo-unlearning" or "refusal-training" or "rmu" or "tru")
        {
            var failure = Assert.Throws<ArgumentException>(() => s_methods[name].Create().Forget(task, Budget(1, 0.01)));
            Assert.StartsWith($"'{name}' works on language models; this task's model is none.", failure.Message, StringComparison.Ordinal);
            return;
        }

        var options = s_methods[name] is LadderOptions ladder ? ladder with { Gamma = 5 } : s_methods[name];
        options.Create().Forget(task, Budget(30, 0.01));
        var after = task.Loss(ExampleSet.Forget, forget).Item();
        Assert.True(after > before + 0.1, $"from {before} to {after}");
    }

    [Fact]
    public void Tasks_that_do_not_fit_are_refused_in_a_sentence()
    {
        using var model = TinyTask.Model();
        void Says(string sentence, UnlearnerOptions options, LanguageUnlearningTask task)
        {
            var failure = Assert.ThrowsAny<ArgumentException>(() => options.Create().Forget(task, Budget(1, 0.01)));
            Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        }

        Says("'dpo-unlearning' answers with refusals and was given none.", new DpoUnlearningOptions(), TinyTask.Of(model, refusals: false));
        Says("'refusal-training' answers with refusals and was given none.", new RefusalTrainingOptions(), TinyTask.Of(model, refusals: false));
        Says("'tru' answers with refusals and was given none.", new TruOptions(), TinyTask.Of(model, refusals: false));
        Says("The reasons and refusal for 'forget 0' make", new TruOptions { Trace = _ => new int[12] }, TinyTask.Of(model));
        Says("'rmu' was told to steer block 2; the model's blocks are 0 to 1.", new RmuOptions { Layer = 2 }, TinyTask.Of(model));
        Says("'npo' needs at least 1 examples to keep and was given 0.", new NpoOptions(), TinyTask.Of(model, retain: 0));
        Says("There is nothing to forget", new NpoOptions(), TinyTask.Of(model, forget: 0));
        new NpoOptions { Retain = RetainLoss.None }.Create().Forget(TinyTask.Of(model, retain: 0), Budget(1, 0.01));
        new NpoOptions { Alpha = 0 }.Create().Forget(TinyTask.Of(model, retain: 0), Budget(1, 0.01));
        Assert.Equal(RetainNeed.None, new Undial().Needs);
        Assert.Equal(RetainNeed.Sample, new Undial(new UndialOptions { Alpha = 1 }).Needs);
        Assert.Equal(RetainNeed.Sample, new Pdu(new PduOptions { Alpha = 0 }).Needs);
    }

    [Fact]
    public void Options_without_effect_are_refused()
    {
        void Says(string sentence, UnlearnerOptions options) => Assert.Equal(
            sentence, Assert.Throws<OptionException>(options.ThrowIfInvalid).Message);
        Says("Alpha was 2; it has no effect without a retain loss. Leave it at 1, or set Retain.", new NpoOptions { Retain = RetainLoss.None, Alpha = 2 });
        Says(
            "Retain was hidden; it belongs to methods that steer hidden states. Use 'nll' or 'kl'.",
            new NpoOptions { Retain = RetainLoss.Hidden });
        Says(
            "Retain was kl; it must be 'nll', which makes the method. Take 'kl-unlearning' or 'gradient-ascent' for another.",
            new GradientDifferenceOptions { Retain = RetainLoss.Kl });
        Says(
            "Retain was nll; it must be 'kl', which makes the method. Take 'gradient-difference' or 'gradient-ascent' for another.",
            new KlUnlearningOptions { Retain = RetainLoss.Nll });
        Says("Retain was none; it must say what is kept: it is the constraint. Use 'nll' or 'kl'.", new PduOptions { Retain = RetainLoss.None });
        new RmuOptions { Retain = RetainLoss.Kl }.ThrowIfInvalid();
    }

    private static UnlearningBudget Budget(int epochs, double rate, bool sgd = false) => new()
    {
        Optimizer = sgd ? new SgdOptions { LearningRate = rate } : new AdamWOptions { LearningRate = rate },
        Epochs = epochs,
        BatchSize = 5,
        Seed = new Seed(1),
    };
}
