using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Adaptation;

namespace Nabla.Experiments.Tests.MetaLearning;

public sealed class ShallowStudyTests
{
    private static readonly ShallowPlan s_small = new()
    {
        Dimension = 4,
        Tasks = 2,
        Samples = 50,
        NewSamples = 30,
        TestSamples = 200,
        RetrainingSteps = 100,
        AdaptationSteps = 50,
        Rate = 0.02,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Retraining_helps_and_the_same_seed_gives_the_same_errors()
    {
        IRetrainingMethod?[] methods =
        [
            new StandardRetraining(new() { Schedule = RetrainingSchedule.Summed }),
            new MetaLora(new() { Schedule = RetrainingSchedule.Summed }, ShallowStudy.Adapter(s_small)),
            null,
        ];
        var errors = ShallowStudy.Run(s_small, methods, new Seed(1), Token);
        Assert.True(errors[0] < errors[2] && errors[1] < errors[2], string.Join(' ', errors));
        // A method alone gives what it gives beside others.
        Assert.Equal(errors[1], ShallowStudy.Run(s_small, [methods[1]], new Seed(1), Token)[0]);
        Assert.NotEqual(errors[1], ShallowStudy.Run(s_small, [methods[1]], new Seed(2), Token)[0]);
    }

    [Fact]
    public void Data_are_those_of_the_teacher()
    {
        double[] matrix = [1, 0, 0.5, -1], weights = [2, -3];
        using var task = new SigmoidTask("one", matrix, weights, 100, 50, 0, new Seed(3));
        using var scope = new TensorScope();
        using var truth = new Linear(Tensor.From<double>(matrix, 2, 2).Release());
        using var batch = task.NextBatch();
        double[] x = batch.Inputs.ToDoubles(), y = batch.Targets.ToDoubles();
        static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
        for (var i = 0; i < 100; i++)
        {
            var (a, b) = (x[2 * i], x[(2 * i) + 1]);
            Assert.Equal((2 * Sigmoid(a)) - (3 * Sigmoid((0.5 * a) - b)), y[i], 12);
        }

        Assert.Equal(0, task.Loss(truth, batch).Item(), 1e-25);
        Assert.Equal(0, task.Evaluate(truth), 1e-25);
        // With noise the samples are off by its size, the test is not.
        using var noisy = new SigmoidTask("one", matrix, weights, 4000, 50, 0.1, new Seed(3));
        using var other = noisy.NextBatch();
        Assert.InRange(noisy.Loss(truth, other).Item(), 0.009, 0.011);
        Assert.Equal(0, noisy.Evaluate(truth), 1e-25);
    }

    [Fact]
    public void Wrong_plans_are_refused_and_divergence_ends_with_a_sentence()
    {
        void Says(string sentence, ShallowPlan plan)
        {
            var error = Assert.Throws<ArgumentException>(() => ShallowStudy.Run(plan, [null], default, Token));
            Assert.StartsWith(sentence, error.Message, StringComparison.Ordinal);
        }

        Says("Tasks was 0; it must be 1 or above. Set ShallowPlan.Tasks.", s_small with { Tasks = 0 });
        Says("Noise was -0.5; it must be 0 or above. Set ShallowPlan.Noise.", s_small with { Noise = -0.5 });
        Says("Rate was NaN; it must be 0 or above. Set ShallowPlan.Rate.", s_small with { Rate = double.NaN });
        var stopped = Assert.Throws<NonFiniteException>(() => ShallowStudy.Run(s_small with { Rate = 1e200 }, [null], default, Token));
        Assert.Contains("was not made", stopped.Message, StringComparison.Ordinal);
    }
}
