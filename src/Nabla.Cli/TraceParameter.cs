namespace Nabla.Cli;

/// <summary>One parameter of a trace.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Values">Its values before the first step, row-major, as many as the shape says.</param>
public sealed record TraceParameter(string Name, long[] Shape, double[] Values);
