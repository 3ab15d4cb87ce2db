namespace Nabla.Core;

/// <summary>Is told after each step of unlearning. It may evaluate the model, and must not change it.</summary>
/// <param name="step">The step.</param>
public delegate void UnlearningObserver(in UnlearningStep step);
