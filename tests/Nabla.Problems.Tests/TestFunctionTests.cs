using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Tasks;
using Nabla.Problems.TestFunctions;

namespace Nabla.Problems.Tests;

public sealed class TestFunctionTests
{
    public static TheoryData<string> Names => [.. TestFunction.All.Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Minimizers_have_the_least_value_and_no_slope(string name)
    {
        using var scope = new TensorScope();
        var function = TestFunction.Find(name);
        var random = new RandomStream(new Seed(4));
        foreach (var minimizer in function.Minimizers)
        {
            var point = Tensor.From<double>(minimizer, function.Dimension);
            point.RequiresGrad = true;
            var value = function.Value(point);
            value.Backward();
            Assert.Equal(function.Minimum, value.Item(), 1e-10);
            Assert.All(point.Gradient!.ToArray<double>(), slope => Assert.Equal(0, slope, 1e-5));
        }

        for (var i = 0; i < 100; i++)
        {
            double[] other = [.. Enumerable.Range(0, function.Dimension).Select(_ => 3 * random.NextGaussian())];
            Assert.True(function.Value(Tensor.From<double>(other, function.Dimension)).Item() >= function.Minimum);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_agree_with_finite_differences(string name)
    {
        using var scope = new TensorScope();
        var function = TestFunction.Find(name);
        var random = new RandomStream(new Seed(5));
        double[] at = [.. Enumerable.Range(0, function.Dimension).Select(_ => random.NextGaussian())];
        var point = Tensor.From<double>(at, function.Dimension);
        point.RequiresGrad = true;
        function.Value(point).Backward();
        var gradient = point.Gradient!.ToArray<double>();
        for (var i = 0; i < at.Length; i++)
        {
            var expected = (Moved(i, 1e-6) - Moved(i, -1e-6)) / 2e-6;
            Assert.True(Math.Abs(expected - gradient[i]) <= 1e-5 * (1 + Math.Abs(expected)), $"{name}[{i}]");
        }

        double Moved(int i, double step)
        {
            double[] moved = [.. at];
            moved[i] += step;
            return function.Value(Tensor.From<double>(moved, at.Length)).Item();
        }
    }

    [Fact]
    public void Values_at_points_away_from_the_minimum_are_right()
    {
        using var scope = new TensorScope();
        Assert.Equal(24.2, Value("rosenbrock", -1.2, 1), 1e-9);
        Assert.Equal(14.203125, Value("beale", 0, 0), 1e-9);
        Assert.Equal(170, Value("himmelblau", 0, 0), 1e-9);
        Assert.Equal(74, Value("booth", 0, 0), 1e-9);
        Assert.Equal(1.25 + 20, Value("rastrigin", 1, 0.5), 1e-9);

        static double Value(string name, params double[] at) =>
            TestFunction.Find(name).Value(Tensor.From<double>(at, at.Length)).Item();
    }

    [Fact]
    public void Function_task_moves_its_point_and_resumes()
    {
        using var task = LearningTasks.Create("function:rosenbrock", new TaskOptions());
        Assert.Equal(24.2, task.Evaluate(), 1e-9);
        task.Model.Parameters[0].Value.AsSpan<double>()[0] = 1;
        Assert.Equal(0, task.Evaluate(), 1e-9);
        var writer = new StateWriter();
        task.Save(writer);
        using var resumed = LearningTasks.Create("function:rosenbrock", new TaskOptions());
        resumed.Load(StateReader.Of(writer));
        Assert.Equal(0, resumed.Evaluate(), 1e-9);
    }

    [Fact]
    public void Unknown_function_gets_a_sentence() => Assert.Contains(
        "'nope'. There are rosenbrock", Assert.Throws<DataException>(() => LearningTasks.Create("function:nope", new TaskOptions())).Message, StringComparison.Ordinal);
}
