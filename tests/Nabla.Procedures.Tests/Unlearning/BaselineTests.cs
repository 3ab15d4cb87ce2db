using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

/// <summary>Each baseline against its formula, worked in plain loops on a model that is one matrix.</summary>
public sealed class BaselineTests
{
    private const double Rate = 0.01;

    public static TheoryData<string, UnlearnerOptions> LossGradientMethods { get; } = new()
    {
        { "gradient-descent", new FineTuningOptions() },
        { "neg-grad-plus", new NegGradPlusOptions { GaCoef = 0.5 } },
        { "noisy-gradient-descent", new NoisyGradientDescentOptions { NoiseSig = 0 } },
        { "ridge", new RidgeOptions { RegCoef = 0 } },
        { "l1-sparse", new L1SparseOptions { RegCoef = 0 } },
    };

    [Theory]
    [MemberData(nameof(LossGradientMethods))]
    public void Where_the_model_interpolates_everything_gradients_of_the_loss_say_nothing(string name, UnlearnerOptions options)
    {
        // Theorem 1: only decay and noise would move it.
        using var linear = new LinearTask(retain: 5, forget: 3);
        Assert.True(options.Create().Forget(linear.Task, LinearTask.Budget(5, Rate, momentum: 0.9)).Ending.IsSuccess, name);
        Assert.Equal(linear.Start, linear.Theta);
    }

    [Fact]
    public void Descent_goes_down_the_loss_to_keep()
    {
        using var linear = new LinearTask(5, 3, interpolates: false);
        new FineTuningOptions().Create().Forget(linear.Task, LinearTask.Budget(2, Rate));
        var theta = Step(linear.Start, LinearTask.Gradient(linear.Retain, linear.Start));
        Drawn.Close(Step(theta, LinearTask.Gradient(linear.Retain, theta)), linear.Theta);
    }

    [Fact]
    public void NegGrad_goes_up_the_loss_to_forget_by_its_weight()
    {
        using var linear = new LinearTask(5, 3, interpolates: false);
        new NegGradPlusOptions { GaCoef = 0.3 }.Create().Forget(linear.Task, LinearTask.Budget(1, Rate, batch: 5) with { Leads = ExampleSet.Forget });
        // A pass over three to forget draws three to keep.
        using var same = new LinearTask(5, 3, interpolates: false);
        var drawn = new ExampleOrder(5, new Seed(7).Derive("retain order")).Draw(3);
        var keep = LinearTask.Gradient(same.Retain.Select(drawn), same.Start);
        var forget = LinearTask.Gradient(same.Forget, same.Start);
        Drawn.Close(Step(same.Start, [.. keep.Zip(forget, (k, f) => k - (0.3 * f))]), linear.Theta);
    }

    [Fact]
    public void Noise_has_its_size_and_a_mean_of_nothing()
    {
        using var linear = new LinearTask(5, 3);
        new NoisyGradientDescentOptions { NoiseSig = 0.5 }.Create().Forget(linear.Task, LinearTask.Budget(400, Rate) with { Optimizer = Plain(1e-3) });
        var moved = linear.Theta.Zip(linear.Start, (a, b) => (a - b) / 1e-3 / 0.5 / Math.Sqrt(400)).ToArray();
        // Nearly a random walk: the loss pulls back little in 400 steps of a thousandth.
        Assert.InRange(moved.Sum(m => m * m) / moved.Length, 0.3, 2.5);
        Assert.InRange(Math.Abs(moved.Average()), 0, 1);
    }

    [Fact]
    public void Ridge_shrinks_by_a_weight_that_fades_with_every_step()
    {
        using var linear = new LinearTask(5, 3);
        new RidgeOptions { RegCoef = 2, RegCoefDecay = 0.5 }.Create().Forget(linear.Task, LinearTask.Budget(2, Rate));
        var theta = Step(linear.Start, [.. linear.Start.Select(x => 2 * 2 * x)]);
        var gradient = LinearTask.Gradient(linear.Retain, theta);
        Drawn.Close(Step(theta, [.. gradient.Zip(theta, (g, x) => g + (2 * 1 * x))]), linear.Theta);
    }

    [Fact]
    public void L1_has_its_weight_then_twice_it_and_then_less()
    {
        using var linear = new LinearTask(5, 3);
        new L1SparseOptions { RegCoef = 0.2 }.Create().Forget(linear.Task, LinearTask.Budget(4, Rate));
        var theta = linear.Start;
        foreach (var weight in new[] { 0.2, 0.4, 0.3, 0.2 })
        {
            var gradient = LinearTask.Gradient(linear.Retain, theta);
            theta = Step(theta, [.. gradient.Zip(theta, (g, x) => g + (weight * Math.Sign(x)))]);
        }

        Drawn.Close(theta, linear.Theta);
    }

    [Fact]
    public void Scrub_keeps_in_even_passes_and_moves_away_in_odd_ones()
    {
        const int classes = 3;
        using var linear = new LinearTask(6, 3, classes: classes);
        new ScrubOptions { RegCoef = 0.7, GaCoef = 0.4 }.Create().Forget(linear.Task, LinearTask.Budget(4, Rate, batch: 6) with { Leads = ExampleSet.Retain });
        var theta = linear.Start;
        // The gradient of the cross-entropy in the logits is p - target, of the distance to the original p - p0; both sets are
        // read whole (the forgotten twice over, which leaves the mean as it is).
        for (var pass = 0; pass < 4; pass++)
        {
            var rows = pass % 2 == 0 ? linear.Retain : linear.Forget;
            var gradient = new double[theta.Length];
            for (var i = 0; i < rows.Count; i++)
            {
                double[] now = Softmax(theta, rows, i, classes), first = Softmax(linear.Start, rows, i, classes);
                for (var c = 0; c < classes; c++)
                {
                    var inLogit = pass % 2 == 0
                        ? now[c] - (rows.Answers(i)[0] == c ? 1 : 0) + (0.7 * (now[c] - first[c]))
                        : -0.4 * (now[c] - first[c]);
                    for (var j = 0; j < LinearTask.Width; j++)
                    {
                        gradient[(c * LinearTask.Width) + j] += inLogit * rows.Features(i)[j] / rows.Count;
                    }
                }
            }

            theta = Step(theta, gradient);
        }

        Drawn.Close(theta, linear.Theta, 1e-9);
    }

    [Fact]
    public void Scrub_ends_with_passes_that_keep()
    {
        // One pass that keeps, alone or followed by one that is told to keep too, which in turn would forget.
        double[] End(int epochs, int last)
        {
            using var linear = new LinearTask(6, 3, classes: 3);
            new ScrubOptions { RegCoef = 0, NumGdEpochs = last }.Create().Forget(linear.Task, LinearTask.Budget(epochs, Rate, batch: 6));
            return linear.Theta;
        }

        double[] Descent(int epochs)
        {
            using var linear = new LinearTask(6, 3, classes: 3);
            new FineTuningOptions().Create().Forget(linear.Task, LinearTask.Budget(epochs, Rate, batch: 6));
            return linear.Theta;
        }

        Drawn.Close(Descent(4), End(4, 3), 1e-12);
        Assert.NotEqual(Descent(4), End(4, 0));
    }

    [Fact]
    public void SalUn_moves_the_half_that_the_forgotten_move_most()
    {
        using var linear = new LinearTask(9, 4, classes: 3);
        double[] sizes;
        using (var scope = new TensorScope())
        {
            linear.Task.Loss(ExampleSet.Forget, [0, 1, 2, 3]).Backward();
            sizes = [.. linear.Linear.Weight.Gradient!.ToDoubles().Select(Math.Abs)];
            linear.Linear.Weight.Value.Gradient = null;
        }

        new SalUnOptions().Create().Forget(linear.Task, LinearTask.Budget(2, Rate, batch: 4) with { Leads = ExampleSet.Forget });
        var median = sizes.Order().ElementAt((sizes.Length - 1) / 2);
        for (var i = 0; i < sizes.Length; i++)
        {
            Assert.Equal(sizes[i] >= median * (1 - 1e-6), linear.Theta[i] != linear.Start[i]);
        }
    }

    [Fact]
    public void SalUn_pulls_to_wrong_labels()
    {
        using var linear = new LinearTask(9, 9, classes: 3);
        var task = (ClassUnlearningTask)linear.Task;
        new SalUnOptions { GaCoef = 5 }.Create().Forget(task, LinearTask.Budget(200, 0.05, batch: 9));
        Assert.True(task.Accuracy(linear.Forget) < 0.3, $"{task.Accuracy(linear.Forget)}");
    }

    [Fact]
    public void Retraining_begins_with_an_untrained_model()
    {
        using var linear = new LinearTask(5, 3, interpolates: false);
        new RetrainingOptions().Create().Forget(linear.Task, LinearTask.Budget(1, Rate));
        double[] fresh = [.. linear.Start.Select((_, i) => (double)(i % 5))];
        Drawn.Close(Step(fresh, LinearTask.Gradient(linear.Retain, fresh)), linear.Theta);
        Assert.Equal(RetainNeed.All, new RetrainingOptions().Create().Needs);
    }

    [Fact]
    public void What_a_method_cannot_work_with_is_refused()
    {
        using var linear = new LinearTask(5, 3);
        foreach (var options in new UnlearnerOptions[] { new ScrubOptions(), new SalUnOptions() })
        {
            Assert.Contains("classes or tokens", Assert.Throws<ArgumentException>(() => options.Create().Forget(linear.Task, LinearTask.Budget(1))).Message, StringComparison.Ordinal);
        }

        var bare = new RegressionUnlearningTask(linear.Linear, linear.Forget, linear.Retain);
        Assert.Contains("untrained", Assert.Throws<InvalidOperationException>(() => new RetrainingOptions().Create().Forget(bare, LinearTask.Budget(1))).Message, StringComparison.Ordinal);
        Assert.Contains("RegCoef", Assert.Throws<OptionException>(() => new MinNormOgOptions { RegCoef = 2 }.Create().Forget(linear.Task, LinearTask.Budget(1))).Message, StringComparison.Ordinal);
        Assert.Equal(linear.Start, linear.Theta);
    }

    [Fact]
    public void A_pass_can_go_over_the_examples_to_keep()
    {
        using var linear = new LinearTask(7, 2, interpolates: false);
        var result = new NegGradPlusOptions().Create().Forget(linear.Task, LinearTask.Budget(1, Rate, batch: 3));
        Assert.Equal(3, result.Steps);
        Assert.Equal((7, 7), (result.Counts.RetainExamples, result.Counts.ForgetExamples));
    }

    private static Nabla.Optimizers.FirstOrder.SgdOptions Plain(double rate) => new() { LearningRate = rate, Momentum = 0 };

    private static double[] Step(double[] theta, double[] gradient) => [.. theta.Zip(gradient, (x, g) => x - (Rate * g))];

    private static double[] Softmax(double[] theta, ExampleRows rows, int row, int classes)
    {
        double[] exp = [.. Enumerable.Range(0, classes).Select(c =>
            Math.Exp(Enumerable.Range(0, LinearTask.Width).Sum(j => theta[(c * LinearTask.Width) + j] * rows.Features(row)[j])))];
        return [.. exp.Select(e => e / exp.Sum())];
    }
}
