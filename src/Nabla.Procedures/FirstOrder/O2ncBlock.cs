namespace Nabla.Procedures.FirstOrder;

/// <summary>A block of the online-to-non-convex conversion.</summary>
/// <param name="Center">The mean of the points at which gradients were taken.</param>
/// <param name="Radius">The greatest distance of such a point from the mean.</param>
/// <param name="GradientNorm">The norm of the mean of the gradients.</param>
public sealed record O2ncBlock(IReadOnlyList<double> Center, double Radius, double GradientNorm);
