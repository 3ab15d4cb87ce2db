namespace Nabla.Core;

/// <summary>What a method of unlearning read and computed.</summary>
/// <param name="ForgetExamples">Examples to forget that were read, repeats included.</param>
/// <param name="RetainExamples">Examples to keep that were read, repeats included.</param>
/// <param name="Gradients">Backward passes over a batch.</param>
public readonly record struct UnlearningCounts(long ForgetExamples, long RetainExamples, long Gradients);
