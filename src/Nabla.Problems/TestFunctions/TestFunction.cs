using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.TestFunctions;

/// <summary>A function of several numbers with known minima, for looking at how a method moves.</summary>
public sealed class TestFunction
{
    private readonly Func<Tensor, Tensor> _compute;

    private TestFunction(string name, double[] start, double minimum, double[][] minimizers, Func<Tensor, Tensor> compute)
    {
        (Name, Start, Minimum, Minimizers, _compute) = (name, start, minimum, minimizers, compute);
    }

    /// <summary>All functions, each with its usual dimension.</summary>
    public static IReadOnlyList<TestFunction> All { get; } =
    [
        Rosenbrock(2),
        Quadratic(10, 1_000),
        new("beale", [1, 1], 0, [[3, 0.5]], Beale),
        new("himmelblau", [0, 0], 0,
            [[3, 2], [-2.805118086952745, 3.131312518250573], [-3.779310253377747, -3.283185991286170], [3.584428340330492, -1.848126526964404]],
            Himmelblau),
        new("booth", [-5, 5], 0, [[1, 3]], Booth),
        Rastrigin(2),
    ];

    /// <summary>The name, as in <c>function:NAME</c>.</summary>
    public string Name { get; }

    /// <summary>Where a search begins.</summary>
    public IReadOnlyList<double> Start { get; }

    /// <summary>The least value.</summary>
    public double Minimum { get; }

    /// <summary>All points of least value.</summary>
    public IReadOnlyList<double[]> Minimizers { get; }

    /// <summary>How many numbers the function takes.</summary>
    public int Dimension => Start.Count;

    /// <summary>The function of a name.</summary>
    /// <param name="name">One of the names of <see cref="All"/>.</param>
    /// <returns>The function with its usual dimension.</returns>
    /// <exception cref="DataException">There is no such function; the message lists all.</exception>
    public static TestFunction Find(string name) =>
        All.FirstOrDefault(function => function.Name == name)
        ?? throw new DataException(
            $"There is no test function '{name}'. There are {string.Join(", ", All.Select(function => function.Name))}.");

    /// <summary>The curved valley of Rosenbrock; least value 0 where all coordinates are 1.</summary>
    /// <param name="dimension">At least 2.</param>
    /// <returns>The function.</returns>
    public static TestFunction Rosenbrock(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 2);
        double[] start = [.. Enumerable.Range(0, dimension).Select(i => i % 2 == 0 ? -1.2 : 1.0)];
        return new("rosenbrock", start, 0, [[.. Enumerable.Repeat(1.0, dimension)]], x =>
        {
            var left = x[..^1];
            return ((x[1..] - (left * left)).Square() * 100).Sum() + (1 - left).Square().Sum();
        });
    }

    /// <summary>Half the sum of curvature × coordinate², the curvatures from 1 to the condition number in equal ratios.</summary>
    /// <param name="dimension">At least 2.</param>
    /// <param name="condition">The ratio of the largest curvature to the smallest, at least 1.</param>
    /// <returns>The function.</returns>
    public static TestFunction Quadratic(int dimension, double condition)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(condition, 1);
        double[] curvatures = [.. Enumerable.Range(0, dimension).Select(i => Math.Pow(condition, i / (dimension - 1.0)))];
        return new("quadratic", [.. Enumerable.Repeat(1.0, dimension)], 0, [new double[dimension]], x =>
            (Tensor.From<double>(curvatures, dimension) * x.Square()).Sum() * 0.5);
    }

    /// <summary>Rastrigin's function of many valleys; least value 0 at 0.</summary>
    /// <param name="dimension">At least 1.</param>
    /// <returns>The function.</returns>
    public static TestFunction Rastrigin(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        return new("rastrigin", [.. Enumerable.Repeat(2.3, dimension)], 0, [new double[dimension]], x =>
            (x.Square() - ((x * (2 * Math.PI)).Cos() * 10)).Sum() + (10.0 * dimension));
    }

    /// <summary>Computes the value with its graph.</summary>
    /// <param name="point">A float64 tensor of shape [<see cref="Dimension"/>].</param>
    /// <returns>A scalar, owned by the caller.</returns>
    public Tensor Value(Tensor point)
    {
        ArgumentNullException.ThrowIfNull(point);
        using var scope = new TensorScope();
        return _compute(point).MoveToOuter();
    }

    private static Tensor Beale(Tensor point)
    {
        Tensor x = point[0], y = point[1];
        var square = y * y;
        return (1.5 - x + (x * y)).Square() + (2.25 - x + (x * square)).Square() + (2.625 - x + (x * square * y)).Square();
    }

    private static Tensor Himmelblau(Tensor point)
    {
        Tensor x = point[0], y = point[1];
        return ((x * x) + y - 11).Square() + (x + (y * y) - 7).Square();
    }

    private static Tensor Booth(Tensor point)
    {
        Tensor x = point[0], y = point[1];
        return (x + (y * 2) - 7).Square() + ((x * 2) + y - 5).Square();
    }
}
