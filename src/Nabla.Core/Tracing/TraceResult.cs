namespace Nabla.Core;

/// <summary>The outcome of a trace.</summary>
/// <param name="Optimizer">The method's name.</param>
/// <param name="Options">Its options, defaults included: numbers, booleans and names of choices.</param>
/// <param name="Parameters">The parameters by name after each step.</param>
public sealed record TraceResult(
    string Optimizer,
    IReadOnlyDictionary<string, object> Options,
    IReadOnlyList<IReadOnlyDictionary<string, double[]>> Parameters);
