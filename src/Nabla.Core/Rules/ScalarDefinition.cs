namespace Nabla.Core;

/// <summary>A number of one step and its formula, as <c>nabla explain</c> prints it.</summary>
/// <param name="Name">The name used in the equations.</param>
/// <param name="Formula">How it is computed from options and the step t.</param>
public readonly record struct ScalarDefinition(string Name, string Formula);
