namespace Nabla.Experiments;

/// <summary>A place on a <see cref="Curve"/>: the mean and the extremes over seeds.</summary>
/// <param name="X">Where.</param>
/// <param name="Mean">The mean over seeds; what the line goes through.</param>
/// <param name="Low">The lowest seed.</param>
/// <param name="High">The highest seed.</param>
public readonly record struct CurvePoint(double X, double Mean, double Low, double High);
