namespace Nabla.Experiments;

/// <summary>A place on a <see cref="Curve"/>: the mean and the extremes over seeds.</summary>
internal readonly record struct CurvePoint(double X, double Mean, double Low, double High);
