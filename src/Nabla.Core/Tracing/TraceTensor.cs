namespace Nabla.Core;

/// <summary>A named parameter of a trace.</summary>
/// <param name="Name">The name.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Values">The values, row-major; as many as the shape has elements.</param>
public sealed record TraceTensor(string Name, long[] Shape, double[] Values);
