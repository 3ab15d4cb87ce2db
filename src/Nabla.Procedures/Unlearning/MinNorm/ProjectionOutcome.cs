namespace Nabla.Procedures.Unlearning;

/// <summary>What a projection onto the span of output gradients found and did.</summary>
/// <param name="Rows">How many output gradients there were.</param>
/// <param name="Rank">How many eigenvalues of their Gram matrix were kept.</param>
/// <param name="NormBefore">‖θ‖ before.</param>
/// <param name="NormWithin">‖Pθ‖: the part within the span, which stays.</param>
/// <param name="NormOutside">‖θ - Pθ‖: the part outside, which shrinks.</param>
/// <param name="Segments">Into how many segments the parameters were cut; with 1 every gradient was held and asked for once.</param>
public sealed record ProjectionOutcome(int Rows, int Rank, double NormBefore, double NormWithin, double NormOutside, int Segments);
