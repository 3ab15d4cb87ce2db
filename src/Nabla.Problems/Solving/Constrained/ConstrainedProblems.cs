using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.Solving;

/// <summary>Problems with equality constraints.</summary>
/// <remarks>
/// Those named <c>hs…</c>: Hock and Schittkowski, "Test Examples for Nonlinear Programming Codes", Lecture Notes in Economics and
/// Mathematical Systems 187 (1981), by their numbers.
/// </remarks>
public static class ConstrainedProblems
{
    private static readonly Seed s_seed = new(230_518);

    /// <summary>All problems, always in the same order.</summary>
    public static IReadOnlyList<ConstrainedProblem> All { get; } =
    [
        new("hs6", "Hock and Schittkowski 6", new HockSchittkowski6(), [-1.2, 1], 0),
        new("hs7", "Hock and Schittkowski 7", new HockSchittkowski7(), [2, 2], -Math.Sqrt(3)),
        new("hs28", "Hock and Schittkowski 28", new HockSchittkowski28(), [-4, 1, 1], 0),
        new("hs39", "Hock and Schittkowski 39", new HockSchittkowski39(), [2, 2, 2, 2], -1),
        new("hs40", "Hock and Schittkowski 40", new HockSchittkowski40(), [0.8, 0.8, 0.8, 0.8], -0.25),
        new("hs42", "Hock and Schittkowski 42", new HockSchittkowski42(), [1, 1, 1, 1], 28 - (10 * Math.Sqrt(2))),
        new("hs78", "Hock and Schittkowski 78", new HockSchittkowski78(), [-2, 1.5, 2, -1, -1], -2.91970041),
        new("constrained-logistic", "logistic regression on planes and a sphere, 200 drawn rows",
            new ConstrainedLogistic(15, 4, s_seed), [.. Enumerable.Repeat(1 / Math.Sqrt(15), 15)], double.NaN),
    ];

    /// <summary>The problem of a name.</summary>
    /// <param name="name">A name of <see cref="All"/>.</param>
    /// <exception cref="DataException">There is no such problem; the message says which there are.</exception>
    public static ConstrainedProblem Find(string name) => All.FirstOrDefault(p => p.Name == name) ?? throw new DataException(
        $"There is no problem '{name}' with constraints. There are {string.Join(", ", All.Select(p => p.Name))}.");

    /// <summary>Logistic regression under constraints on freshly drawn data.</summary>
    /// <param name="dimension">The number of variables; above the number of planes.</param>
    /// <param name="planes">How many linear constraints there are; 1 or above.</param>
    /// <param name="seed">Decides the data.</param>
    /// <returns>A problem that begins on the sphere and off the planes.</returns>
    public static ConstrainedProblem DrawLogistic(int dimension, int planes, Seed seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(planes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(dimension, planes + 1);
        return new(
            $"constrained-logistic:{dimension}", "logistic regression on planes and a sphere, 200 drawn rows",
            new ConstrainedLogistic(dimension, planes, seed), [.. Enumerable.Repeat(1 / Math.Sqrt(dimension), dimension)], double.NaN);
    }
}
