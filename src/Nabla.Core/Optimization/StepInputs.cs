namespace Nabla.Core;

/// <summary>What a method may need beside gradients.</summary>
/// <param name="Loss">The loss the gradients belong to, for methods that use it.</param>
public sealed record StepInputs(double? Loss = null);
