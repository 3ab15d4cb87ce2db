namespace Nabla.Experiments;

/// <summary>A mean over seeds with a bootstrap interval.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Low">Lower end of the 95 % interval; null with one seed, which gives no interval.</param>
/// <param name="High">Upper end of the 95 % interval; null with one seed.</param>
public readonly record struct Interval(double Mean, double? Low, double? High);
