using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Tests.Adaptation;

/// <summary>Meta-LoRA and its baselines against numbers worked by hand, against each other, and across a resumption.</summary>
public sealed class RetrainingTests
{
    private const int Size = 3;

    private static readonly LoraOptions s_lora = new() { Rank = 1, Alpha = 2 };

    public static TheoryData<string> Methods => ["standard", "standard summed", "meta", "meta summed", "meta nested", "reptile", "fomaml", "maml"];

    [Fact]
    public void Reptile_gives_the_numbers_worked_by_hand()
    {
        // (w - c)² / 2 with c = 1 and 3 from w = 0: two steps of 0.1 lead to 0.19 and 0.57; half the way to their mean is 0.19.
        var (model, tasks) = Scalars();
        using (model)
        {
            using var run = new Reptile(new() { InnerSteps = 2 }).Begin(
                model, tasks, new SgdOptions { LearningRate = 0.5 }, new SgdOptions { LearningRate = 0.1 });
            var result = run.Run(new() { Rounds = 1 });
            Assert.Equal(0.19, Weights(model)[0], 15);
            Assert.Equal(new QueryCounts(0, 4, 0), result.Counts);
            Assert.Equal(EndingKind.Completed, result.Ending.Kind);
        }
    }

    [Fact]
    public void Fomaml_and_maml_give_the_numbers_worked_by_hand()
    {
        // One inner step of 0.1 from 0 leads to 0.1 and 0.3; the gradients there are -0.9 and -2.7, their mean -1.8. MAML has
        // 1 - 0.1 times that, since the second derivative is 1.
        var (model, tasks) = Scalars();
        using (model)
        {
            using var first = new Fomaml(new() { InnerSteps = 1 }).Begin(
                model, tasks, new SgdOptions { LearningRate = 1 }, new SgdOptions { LearningRate = 0.1 });
            first.Run(new() { Rounds = 1 });
            Assert.Equal(1.8, Weights(model)[0], 15);
        }

        (model, tasks) = Scalars();
        using (model)
        {
            using var second = new Maml(new() { InnerSteps = 1, InnerRate = 0.1 }).Begin(model, tasks, new SgdOptions { LearningRate = 1 });
            Assert.Equal(new QueryCounts(0, 4, 2), second.Run(new() { Rounds = 1 }).Counts);
            Assert.Equal(0.9 * 1.8, Weights(model)[0], 15);
        }
    }

    [Fact]
    public void Maml_direction_is_the_derivative_of_the_loss_after_the_inner_steps()
    {
        // A network with products that are not quadratic: differences of the loss after three steps, by every weight.
        const double Rate = 0.05;
        const int Inner = 3;
        using var task = new MatrixTask("one", Draw(1, 2 * Size), 2, rows: 4);
        using var model = new TwoSquares(Size, 2);
        var start = Weights(model);
        double After(double[] weights)
        {
            Set(model, weights);
            using var scope = new TensorScope();
            for (var step = 0; step < Inner; step++)
            {
                using var batch = task.Make(step);
                var gradients = Autograd.Grad([task.Loss(model, batch)], [.. model.Parameters.Select(p => p.Value)]);
                using var mode = GradMode.Disable();
                for (var i = 0; i < gradients.Length; i++)
                {
                    model.Parameters[i].Value.CopyFrom(model.Parameters[i].Value - (gradients[i]! * Rate));
                }
            }

            using var query = task.Make(Inner);
            return task.Loss(model, query).Item();
        }

        var slopes = start.Select((_, i) =>
        {
            double[] above = [.. start], below = [.. start];
            (above[i], below[i]) = (start[i] + 1e-5, start[i] - 1e-5);
            return (After(above) - After(below)) / 2e-5;
        }).ToArray();
        Set(model, start);
        using var run = new Maml(new() { InnerSteps = Inner, InnerRate = Rate }).Begin(model, [task], new SgdOptions { LearningRate = 1 });
        run.Run(new() { Rounds = 1 });
        var moved = Weights(model);
        for (var i = 0; i < start.Length; i++)
        {
            Assert.Equal(slopes[i], start[i] - moved[i], 1e-7 * Math.Max(1, Math.Abs(slopes[i])));
        }
    }

    [Fact]
    public void One_step_of_reptile_goes_in_the_direction_of_standard_retraining()
    {
        var summed = After(new StandardRetraining(new() { Schedule = RetrainingSchedule.Summed }), 1, new SgdOptions { LearningRate = 0.02 });
        // The mean of three instead of the sum, and steps of the inner rate instead of gradients.
        var reptile = After(new Reptile(new() { InnerSteps = 1 }), 1, new SgdOptions { LearningRate = 0.02 * 3 / 0.5 }, new SgdOptions { LearningRate = 0.5 });
        for (var i = 0; i < summed.Length; i++)
        {
            Assert.Equal(summed[i], reptile[i], 13);
        }
    }

    [Fact]
    public void All_baselines_rest_at_the_mean_of_the_true_matrices()
    {
        var truths = Enumerable.Range(0, 3).Select(t => Draw(t, Size * Size)).ToArray();
        var mean = Enumerable.Range(0, Size * Size).Select(i => truths.Average(truth => truth[i])).ToArray();
        foreach (IRetrainingMethod method in new IRetrainingMethod[]
        {
            new StandardRetraining(new() { Schedule = RetrainingSchedule.Summed }), new Reptile(new()), new Fomaml(new()), new Maml(new() { InnerSteps = 2, InnerRate = 0.1 }),
        })
        {
            using var model = new Linear(Tensor.From<double>(mean, Size, Size).Release());
            var tasks = truths.Select((truth, i) => new MatrixTask("t" + i, truth, Size)).ToArray();
            using var run = method.Begin(model, tasks, new SgdOptions { LearningRate = 0.5 }, new SgdOptions { LearningRate = 0.1 });
            run.Run(new() { Rounds = 3 });
            var after = Weights(model);
            for (var i = 0; i < mean.Length; i++)
            {
                Assert.Equal(mean[i], after[i], 14);
            }
        }
    }

    [Fact]
    public void Adapters_of_rate_zero_leave_standard_retraining_to_the_bit()
    {
        var plain = After(new StandardRetraining(new()), 7, new AdamWOptions { LearningRate = 0.03 });
        Assert.Equal(plain, After(Meta(new()), 7, new AdamWOptions { LearningRate = 0.03 }, new SgdOptions { LearningRate = 0 }));
        Assert.NotEqual(plain, After(Meta(new()), 7, new AdamWOptions { LearningRate = 0.03 }));
    }

    [Fact]
    public void One_task_without_an_adapter_is_plain_training()
    {
        using var task = new MatrixTask("t0", Draw(0, Size * Size), Size, rows: 4);
        using var model = Base();
        using (var optimizer = Optimizer.Create(ParameterGroups.Usual(model.Parameters, new AdamWOptions { LearningRate = 0.05 })))
        {
            for (var step = 0; step < 9; step++)
            {
                using var scope = new TensorScope();
                using var batch = task.NextBatch();
                task.Loss(model, batch).Backward();
                optimizer.Step();
                optimizer.ZeroGradients();
            }
        }

        Assert.Equal(Weights(model), After(new StandardRetraining(new()), 9, new AdamWOptions { LearningRate = 0.05 }, count: 1));
    }

    [Theory]
    [InlineData(RetrainingSchedule.Interleaved)]
    [InlineData(RetrainingSchedule.Summed)]
    [InlineData(RetrainingSchedule.Nested)]
    public void Schedules_are_those_of_a_plain_loop(RetrainingSchedule schedule)
    {
        const double Outer = 0.02, Inner = 0.01;
        const int Steps = 4, Rounds = 5, Count = 3;
        var nested = schedule == RetrainingSchedule.Nested;
        var truths = Enumerable.Range(0, Count).Select(t => Draw(t, Size * Size)).ToArray();
        var u = new double[Count][];
        using (var probe = Base())
        {
            for (var t = 0; t < Count; t++)
            {
                using var adapter = new SymmetricAdapter(probe, 1, 0.3, new Seed((ulong)t));
                u[t] = adapter.Factor.Value.Detach().ToDoubles();
            }
        }

        // The population loss half |M - W - u u'|²: the residual R gives -R for W and -(R + R') u for u.
        double[] w = Draw(100, Size * Size);
        double[] Residual(int t) => [.. Enumerable.Range(0, Size * Size).Select(i => truths[t][i] - w[i] - (u[t][i / Size] * u[t][i % Size]))];
        double[] OfFactor(double[] r, int t) =>
            [.. Enumerable.Range(0, Size).Select(i => -Enumerable.Range(0, Size).Sum(j => (r[(i * Size) + j] + r[(j * Size) + i]) * u[t][j]))];
        void Move(double[] x, double[] g, double rate)
        {
            for (var i = 0; i < x.Length; i++)
            {
                x[i] -= rate * g[i];
            }
        }

        for (var round = 0; round < Rounds; round++)
        {
            for (var t = 0; t < Count && nested; t++)
            {
                for (var step = 0; step < Steps; step++)
                {
                    Move(u[t], OfFactor(Residual(t), t), Inner);
                }
            }

            var sum = new double[Size * Size];
            var factors = new double[Count][];
            for (var t = 0; t < Count; t++)
            {
                var r = Residual(t);
                factors[t] = OfFactor(r, t);
                Move(sum, r, 1);
                if (schedule == RetrainingSchedule.Interleaved)
                {
                    Move(w, sum, Outer);
                    Move(u[t], factors[t], Inner);
                    sum = new double[Size * Size];
                }
            }

            Move(w, sum, schedule == RetrainingSchedule.Interleaved ? 0 : Outer);
            for (var t = 0; t < Count && schedule == RetrainingSchedule.Summed; t++)
            {
                Move(u[t], factors[t], Inner);
            }
        }

        using var model = Base();
        var tasks = truths.Select((truth, i) => new MatrixTask("t" + i, truth, Size)).ToArray();
        var method = new MetaLora(
            new() { Schedule = schedule, InnerSteps = nested ? Steps : 0 }, (module, t, _) => new SymmetricAdapter((Linear)module, 1, 0.3, new Seed((ulong)t)));
        using var run = method.Begin(model, tasks, new SgdOptions { LearningRate = Outer }, new SgdOptions { LearningRate = Inner });
        var result = run.Run(new() { Rounds = Rounds });
        Assert.Equal(Rounds * Count * (nested ? Steps + 1 : 1), result.Counts.Gradients);
        var found = Weights(model);
        for (var i = 0; i < w.Length; i++)
        {
            Assert.Equal(w[i], found[i], 13);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_resumed_run_is_equal_to_the_bit(string name)
    {
        double[] Run(bool broken)
        {
            using var model = Base();
            var tasks = Tasks(3, rows: 4, hasHead: true);
            using var run = Begin(name, model, tasks);
            if (!broken)
            {
                run.Run(new() { Rounds = 6 });
                return [.. Weights(model), .. tasks.SelectMany(t => t.Parameters[0].Value.Detach().ToDoubles())];
            }

            run.Run(new() { Rounds = 2 });
            var writer = new StateWriter();
            run.Save(writer);
            TorchGenerator.Default.ManualSeed(99);
            using var other = Base();
            var fresh = Tasks(3, rows: 4, hasHead: true);
            using var resumed = Begin(name, other, fresh);
            resumed.Load(StateReader.Of(writer));
            Assert.Equal(2, resumed.Round);
            Assert.Equal(run.Counts, resumed.Counts);
            resumed.Run(new() { Rounds = 6 });
            return [.. Weights(other), .. fresh.SelectMany(t => t.Parameters[0].Value.Detach().ToDoubles())];
        }

        Assert.Equal(Run(false), Run(true));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void What_is_not_finite_ends_the_run_and_leaves_the_base_finite(string name)
    {
        using var model = Base();
        MatrixTask[] tasks = [new("fine", Draw(0, Size * Size), Size, rows: 4), new("spoiled", Draw(1, Size * Size), Size, rows: 4) { Spoiled = 6 }];
        using var run = Begin(name, model, tasks);
        var result = run.Run(new() { Rounds = 50 });
        Assert.Equal(EndingKind.NonFinite, result.Ending.Kind);
        Assert.StartsWith($"The loss of task 'spoiled' was NaN in round {result.Rounds + 1}; the step was not made.", result.Ending.Advice, StringComparison.Ordinal);
        Assert.All(Weights(model), weight => Assert.True(double.IsFinite(weight)));
        Assert.All(model.Parameters, p => Assert.Null(p.Gradient));
        Assert.Null(model.Adapter);
    }

    [Fact]
    public void Gradients_and_cancellation_end_a_run_between_rounds()
    {
        using var model = Base();
        using var run = Begin("reptile", model, Tasks(2, rows: 4));
        var result = run.Run(new() { Gradients = 11 });
        Assert.Equal((EndingKind.BudgetExhausted, 2L, 12L), (result.Ending.Kind, result.Rounds, result.Counts.Gradients));
        Assert.Equal("12 gradients were taken in 2 rounds. Raise RetrainingStop.Gradients to go on.", result.Ending.Advice);
        using var source = new CancellationTokenSource();
        var seen = new List<long>();
        var cancelled = run.Run(
            new() { CancellationToken = source.Token }, new Told(progress =>
            {
                seen.Add(progress.Round);
                if (progress.Round == 4)
                {
                    source.Cancel();
                }
            }));
        Assert.Equal((EndingKind.Cancelled, "Cancelled after round 4. Run again to go on."), (cancelled.Ending.Kind, cancelled.Ending.Advice));
        Assert.Equal([3, 4], seen);
    }

    [Fact]
    public void Adapters_are_dropped_and_the_base_kept()
    {
        using var model = Base();
        List<LoraAdapter> made = [];
        using (var run = new MetaLora(new(), (module, _, seed) =>
        {
            made.Add(new LoraAdapter(module, s_lora, seed));
            return made[^1];
        }).Begin(model, Tasks(3), new SgdOptions { LearningRate = 0.1 }))
        {
            run.Run(new() { Rounds = 2 });
        }

        Assert.Equal(3, made.Count);
        Assert.All(made, adapter => Assert.True(adapter.Parameters[0].Value.IsDisposed));
        Assert.Null(model.Adapter);
        Assert.NotEqual(Draw(100, Size * Size), Weights(model));
        // Each task draws a start of its own.
        using var one = Base();
        var starts = new List<double>();
        using var again = new MetaLora(new(), (module, _, seed) =>
        {
            var adapter = new LoraAdapter(module, s_lora, seed);
            starts.Add(adapter.Parameters[0].Value.Detach().ToDoubles()[0]);
            return adapter;
        }).Begin(one, Tasks(3), new SgdOptions());
        Assert.Equal(3, starts.Distinct().Count());
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_a_sentence()
    {
        using var model = Base();
        var sgd = new SgdOptions();
        Says("There are no tasks; retraining needs at least one.", () => new StandardRetraining(new()).Begin(model, [], sgd));
        Says("'body.first.bias' of task 'body.first' has the name of a parameter of the base. Give it another.", () =>
        {
            using var layers = new TwoLayers();
            using var task = new MatrixTask("body.first", Draw(1, Size * Size), Size, hasHead: true);
            new StandardRetraining(new()).Begin(layers, [task], sgd).Dispose();
        });
        Says("Rounds was 0; it must be 1 or above. Set RetrainingStop.Rounds.", () =>
        {
            using var run = Begin("meta", model, Tasks(1));
            run.Run(new() { Rounds = 0 });
        });
        Says("Gradients was 0; it must be 1 or above. Set RetrainingStop.Gradients.", () =>
        {
            using var run = Begin("meta", model, Tasks(1));
            run.Run(new() { Gradients = 0 });
        });
        Says(
            "InnerSteps was 0; it must be 1 or above in the nested schedule. Set MetaLoraOptions.InnerSteps, usually to 10.",
            () => new MetaLora(new() { Schedule = RetrainingSchedule.Nested }, s_lora).Begin(model, Tasks(1), sgd));
        Says(
            "InnerSteps was 3; it has no effect but in the nested schedule. Set MetaLoraOptions.Schedule to Nested, or leave InnerSteps at 0.",
            () => new MetaLora(new() { InnerSteps = 3 }, s_lora).Begin(model, Tasks(1), sgd));
        Says(
            "Schedule was nested; it needs adapters. Set StandardRetrainingOptions.Schedule to Interleaved or Summed.",
            () => new StandardRetraining(new() { Schedule = RetrainingSchedule.Nested }).Begin(model, Tasks(1), sgd));
        Says("InnerSteps was 0; it must be 1 or above.", () => new Reptile(new() { InnerSteps = 0 }).Begin(model, Tasks(1), sgd));
        Says("InnerSteps was 0; it must be 1 or above.", () => new Fomaml(new() { InnerSteps = 0 }).Begin(model, Tasks(1), sgd));
        Says("InnerRate was 0; it must be above 0.", () => new Maml(new() { InnerRate = 0 }).Begin(model, Tasks(1), sgd));
        Says("The layer has 2 inputs and 3 outputs; a symmetric product needs as many of both.", () =>
        {
            using var layer = new Linear(Tensor.Zeros([3, 2], DType.Float64).Release());
            using var adapter = new SymmetricAdapter(layer, 1, 1, default);
        });
        Says("The checkpoint's 'weight' is [3, 3], the model's [2, 2].", () =>
        {
            using var run = Begin("standard", model, Tasks(1));
            var writer = new StateWriter();
            run.Save(writer);
            using var small = new Linear(Tensor.Zeros([2, 2], DType.Float64).Release());
            using var other = Begin("standard", small, Tasks(1));
            other.Load(StateReader.Of(writer));
        });
    }

    internal static double[] Draw(int seed, int count)
    {
        var random = new RandomStream(Seed.From(seed));
        return [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
    }

    internal static Linear Base() => new(Tensor.From<double>(Draw(100, Size * Size), Size, Size).Release());

    internal static double[] Weights(Module model) => [.. model.Parameters.SelectMany(p => p.Value.Detach().ToDoubles())];

    internal static void Says(string sentence, Action action)
    {
        var error = Assert.ThrowsAny<Exception>(action);
        Assert.StartsWith(sentence, error.Message, StringComparison.Ordinal);
    }

    private static MetaLora Meta(MetaLoraOptions options) => new(options, s_lora with { Dropout = 0.2 });

    private static RetrainingRun Begin(string name, Module model, IReadOnlyList<IAdaptationTask> tasks)
    {
        IRetrainingMethod method = name switch
        {
            "standard" => new StandardRetraining(new()),
            "standard summed" => new StandardRetraining(new() { Schedule = RetrainingSchedule.Summed }),
            "meta" => Meta(new()),
            "meta summed" => Meta(new() { Schedule = RetrainingSchedule.Summed }),
            "meta nested" => Meta(new() { Schedule = RetrainingSchedule.Nested, InnerSteps = 2 }),
            "reptile" => new Reptile(new() { InnerSteps = 3 }),
            "fomaml" => new Fomaml(new() { InnerSteps = 2 }),
            _ => new Maml(new() { InnerSteps = 2 }),
        };
        return method.Begin(model, tasks, new AdamWOptions { LearningRate = 0.02 }, new AdamWOptions { LearningRate = 0.01 }, new Seed(5));
    }

    private static MatrixTask[] Tasks(int count, int? rows = null, bool hasHead = false) =>
        [.. Enumerable.Range(0, count).Select(t => new MatrixTask("t" + t, Draw(t, Size * Size), Size, rows, hasHead))];

    private static (Linear Model, MatrixTask[] Tasks) Scalars() =>
        (new Linear(Tensor.Zeros([1, 1], DType.Float64).Release()), [new("one", [1], 1), new("three", [3], 1)]);

    private static double[] After(IRetrainingMethod method, int rounds, MethodOptions optimizer, MethodOptions? taskOptimizer = null, int count = 3)
    {
        using var model = Base();
        using var run = method.Begin(model, Tasks(count, rows: 4), optimizer, taskOptimizer, new Seed(5));
        run.Run(new() { Rounds = rounds });
        return Weights(model);
    }

    private static void Set(Module model, double[] weights)
    {
        using var mode = GradMode.Disable();
        var at = 0;
        foreach (var parameter in model.Parameters)
        {
            var count = (int)parameter.Value.ElementCount;
            weights.AsSpan(at, count).CopyTo(parameter.Value.AsSpan<double>());
            at += count;
        }
    }

    private sealed class Told(Action<RetrainingProgress> tell) : IProgress<RetrainingProgress>
    {
        public void Report(RetrainingProgress value) => tell(value);
    }

    /// <summary>A linear layer, squares, a linear layer.</summary>
    private sealed class TwoSquares : Module
    {
        private readonly Linear _first;
        private readonly Linear _second;

        public TwoSquares(int size, int outputs)
        {
            _first = Register("first", new Linear(Tensor.From<double>(Draw(7, size * size), size, size).Release()));
            _second = Register("second", new Linear(Tensor.From<double>([.. Draw(8, size * outputs).Select(x => 0.3 * x)], outputs, size).Release()));
        }

        public override Tensor Forward(Tensor input)
        {
            using var scope = new TensorScope();
            return _second.Forward(_first.Forward(input).Tanh()).MoveToOuter();
        }
    }
}
