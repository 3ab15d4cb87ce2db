using Nabla.Engine;

namespace Nabla.Problems.Unlearning;

/// <summary>
/// A sine with false points: points of sin x on [-5π, 5π] to keep, and points with the value 1.5 to forget
/// (arXiv:2505.22601, section 5.1).
/// </summary>
/// <param name="Retain">Points of the sine.</param>
/// <param name="Forget">False points.</param>
public sealed record DataPoisoning(ExampleRows Retain, ExampleRows Forget)
{
    /// <summary>5π: how far the inputs go to both sides.</summary>
    public const double Reach = 5 * Math.PI;

    /// <summary>Draws the points.</summary>
    /// <param name="seed">Fixes them.</param>
    /// <param name="retain">Points of the sine; the paper has 50.</param>
    /// <param name="forget">False points; the paper has 5.</param>
    public static DataPoisoning Draw(Seed seed, int retain = 50, int forget = 5)
    {
        var random = new RandomStream(seed.Derive("data poisoning"));
        float[] Points(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(Reach * ((2 * random.NextDouble()) - 1)))];
        float[] kept = Points(retain), false_ = Points(forget);
        return new(
            new ExampleRows(kept, 1, [.. kept.Select(MathF.Sin)]),
            new ExampleRows(false_, 1, [.. false_.Select(_ => 1.5f)]));
    }

    /// <summary>The largest distance of a model to the sine on an even grid.</summary>
    /// <param name="task">The model.</param>
    /// <param name="points">Points of the grid; the paper has 1000.</param>
    public static double LargestError(RegressionUnlearningTask task, int points = 1000)
    {
        ArgumentNullException.ThrowIfNull(task);
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        float[] grid = [.. Enumerable.Range(0, points).Select(i => (float)(Reach * ((2.0 * i / (points - 1)) - 1)))];
        var outputs = task.Forward(new ExampleRows(grid, 1, grid), [.. Enumerable.Range(0, points)]).ToDoubles();
        return grid.Zip(outputs, (x, y) => Math.Abs(y - Math.Sin(x))).Max();
    }
}
