using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Unlearning;

namespace Nabla.Problems.Tests.Unlearning;

public sealed class RowsUnlearningTaskTests
{
    [Fact]
    public void A_regression_gives_its_mean_squared_error_and_its_outputs()
    {
        using var scope = new TensorScope();
        using var model = new Linear(Tensor.From<double>([1, 2], 1, 2).Release());
        var task = new RegressionUnlearningTask(model, new([1, 1], 2, [0]), new([1, 0, 0, 1, 2, 2], 2, [0, 2, 5]));
        Assert.Equal((1, 3), (task.Count(ExampleSet.Forget), task.Count(ExampleSet.Retain)));
        Assert.Equal([1, 6], task.Outputs(ExampleSet.Retain, [0, 2]).ToDoubles());
        Assert.Equal((1.0 + 0 + 1) / 3, task.Loss(ExampleSet.Retain, [0, 1, 2]).Item(), 12);
        Assert.Equal(9, task.Loss(ExampleSet.Forget, [0]).Item(), 12);
    }

    [Fact]
    public void Two_heads_are_two_positions_and_two_outputs_an_example()
    {
        using var scope = new TensorScope();
        // One input; the logits are its multiples: 0, 1, 2 in the first head, 3, 0, -3 in the second.
        using var model = new Linear(Tensor.From<double>([0, 1, 2, 3, 0, -3], 6, 1).Release(), role: ParameterRoles.Head);
        var rows = new ExampleRows([1, -1], 1, [2, 0, 2, 1], 2);
        var task = new ClassUnlearningTask(model, 3, rows, rows);
        var scored = task.Score(ExampleSet.Retain, [0, 1]);
        Assert.Equal([4, 3], scored.Logits.Shape);
        Assert.Equal([2, 0, 2, 1], scored.Targets.ToArray<long>());
        Assert.Equal([2, 2], scored.Lengths);
        Assert.Equal([2, 2], task.Outputs(ExampleSet.Retain, [0, 1]).Shape);
        Assert.Equal([2, 3, 0, 3], task.Outputs(ExampleSet.Retain, [0, 1]).ToDoubles());
        Assert.Equal([2, 0], task.Answer(ExampleSet.Forget, 0));

        double Entropy(int target, params double[] logits) => Math.Log(logits.Sum(Math.Exp)) - logits[target];
        var expected = (Entropy(2, 0, 1, 2) + Entropy(0, 3, 0, -3) + Entropy(2, 0, -1, -2) + Entropy(1, -3, 0, 3)) / 2;
        Assert.Equal(expected, task.Loss(ExampleSet.Retain, [0, 1]).Item(), 12);
        // The first row is right in both heads, the second in neither.
        Assert.Equal(0.5, task.Accuracy(rows));
        Assert.Equal(0.5, task.Accuracy(rows, 1));

        var limited = new ClassUnlearningTask(model, 3, rows, rows) { LogitLimit = 1 };
        var cut = (Entropy(2, 0, 1, 1) + Entropy(0, 1, 0, -1) + Entropy(2, 0, -1, -1) + Entropy(1, -1, 0, 1)) / 2;
        Assert.Equal(cut, limited.Loss(ExampleSet.Retain, [0, 1]).Item(), 12);
        Assert.Equal([2, 3, 0, 3], limited.Outputs(ExampleSet.Retain, [0, 1]).ToDoubles());
    }

    [Fact]
    public void An_untrained_model_comes_back_in_its_place()
    {
        using var model = new SmoothPerceptron([2, 3, 1], new Seed(1));
        using var other = new SmoothPerceptron([2, 3, 1], new Seed(2));
        var rows = new ExampleRows([1, 2], 2, [3]);
        new RegressionUnlearningTask(model, rows, rows, seed => new SmoothPerceptron([2, 3, 1], seed)).Restart(new Seed(2));
        Assert.Equal(other.Parameters.SelectMany(p => p.Value.ToDoubles()), model.Parameters.SelectMany(p => p.Value.ToDoubles()));
        Assert.Contains("untrained", Assert.Throws<InvalidOperationException>(() => new RegressionUnlearningTask(model, rows, rows).Restart(new Seed(2))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_poisoned_sine_is_a_sine_but_for_the_false_points()
    {
        var data = DataPoisoning.Draw(new Seed(3));
        Assert.Equal((50, 5), (data.Retain.Count, data.Forget.Count));
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(MathF.Sin(data.Retain.Features(i)[0]), data.Retain.Answers(i)[0]);
            Assert.InRange(data.Retain.Features(i)[0], -DataPoisoning.Reach, DataPoisoning.Reach);
        }

        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(1.5f, data.Forget.Answers(i)[0]));
        // A constant of a half is furthest from the sine where that is -1.
        using var model = new Linear(Tensor.Zeros([1, 1]).Release(), Tensor.From<float>([0.5f], 1).Release());
        Assert.Equal(1.5, DataPoisoning.LargestError(new RegressionUnlearningTask(model, data.Forget, data.Retain)), 1e-4);
    }

    [Fact]
    public void Coloured_rows_show_the_colour_asked_for_and_content_of_their_class()
    {
        var rows = ColouredClasses.DrawWithColours(new Seed(1), new Seed(2), 2000, ColouredClasses.AnotherColour);
        var same = ColouredClasses.Draw(new Seed(3), new Seed(2), 2000, (label, _) => label);
        double[] Mean(ExampleRows table, int label) => [.. Enumerable.Range(0, ColouredClasses.ContentWidth).Select(k =>
            Enumerable.Range(0, table.Count).Where(i => table.Answers(i)[0] == label).Average(i => (double)table.Features(i)[ColouredClasses.Classes + k]))];
        for (var i = 0; i < rows.Count; i++)
        {
            var colours = rows.Features(i)[..ColouredClasses.Classes].ToArray();
            Assert.Equal(rows.Answers(i)[1], Array.IndexOf(colours, colours.Max()));
            Assert.NotEqual(rows.Answers(i)[0], rows.Answers(i)[1]);
        }

        // The prototypes do not depend on the rows' seed; two hundred rows a class leave a noise of 0.1 in each mean.
        Assert.All(Mean(rows, 4).Zip(Mean(same, 4)), pair => Assert.Equal(pair.First, pair.Second, 0.5));
        Assert.Contains(Mean(rows, 4).Zip(Mean(same, 5)), pair => Math.Abs(pair.First - pair.Second) > 0.5);
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused()
    {
        using var model = new Linear(Tensor.Zeros([2, 1]).Release());
        Assert.Contains("same number of rows", Assert.Throws<ArgumentException>(() => new ExampleRows([1, 2, 3], 2, [1])).Message, StringComparison.Ordinal);
        Assert.Contains("not finite", Assert.Throws<ArgumentException>(() => new ExampleRows([float.NaN], 1, [1])).Message, StringComparison.Ordinal);
        Assert.Contains("must agree", Assert.Throws<ArgumentException>(() => new RegressionUnlearningTask(model, new([1], 1, [1]), new([1, 2], 2, [1]))).Message, StringComparison.Ordinal);
        Assert.Contains("class 2", Assert.Throws<ArgumentException>(() => new ClassUnlearningTask(model, 2, new([1], 1, [2]), new([1], 1, [1]))).Message, StringComparison.Ordinal);
        Assert.Contains("class 0.5", Assert.Throws<ArgumentException>(() => new ClassUnlearningTask(model, 2, new([1], 1, [0.5f]), new([1], 1, [1]))).Message, StringComparison.Ordinal);
        Assert.Contains("two sizes", Assert.Throws<ArgumentException>(() => new SmoothPerceptron([1], new Seed(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_can_be_joined_and_chosen()
    {
        var rows = new ExampleRows([1, 2, 3, 4], 2, [5, 6]).With(new ExampleRows([7, 8], 2, [9]));
        var chosen = rows.Select([2, 0]);
        Assert.Equal([7f, 8f], chosen.Features(0).ToArray());
        Assert.Equal([1f, 2f], chosen.Features(1).ToArray());
        Assert.Equal([9f], chosen.Answers(0).ToArray());
        Assert.Equal(2, chosen.Count);
    }
}
