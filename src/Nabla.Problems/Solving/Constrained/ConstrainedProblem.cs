using Nabla.Core;

namespace Nabla.Problems.Solving;

/// <summary>A function to minimize under equality constraints, with where to begin and what is known about its minimum.</summary>
/// <param name="Name">Its name, such as <c>hs40</c>.</param>
/// <param name="Title">What it is, in a few words with its source.</param>
/// <param name="Objective">The function with its constraints; safe to evaluate from one thread at a time.</param>
/// <param name="Start">Where the literature, or the seed, begins; it need not satisfy the constraints.</param>
/// <param name="Minimum">The least value under the constraints as published; not a number where none is known.</param>
public sealed record ConstrainedProblem(
    string Name, string Title, IConstrainedObjective Objective, IReadOnlyList<double> Start, double Minimum);
