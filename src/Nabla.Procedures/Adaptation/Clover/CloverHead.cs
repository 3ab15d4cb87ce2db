namespace Nabla.Procedures.Adaptation;

/// <summary>What CLOVER found in one pair of one head, or in one side where the sides cannot be taken together.</summary>
/// <param name="Layer">The dotted name of the attention layer.</param>
/// <param name="Head">The head, or the group of heads that share keys and values.</param>
/// <param name="Part">What was decomposed.</param>
/// <param name="Values">The singular values from the largest, those dropped included.</param>
/// <param name="Dropped">How many of the smallest were dropped.</param>
public sealed record CloverHead(string Layer, int Head, CloverPart Part, IReadOnlyList<double> Values, int Dropped);
