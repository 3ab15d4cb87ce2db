using System.Diagnostics.CodeAnalysis;

namespace Nabla.Core;

/// <summary>
/// Marks a rule that defines <see cref="IElementwiseKernel.Step"/> and whose update subtracts nothing but it and
/// <see cref="IElementwiseKernel.Decay"/>. A wrapper then sees the step itself; of other rules it takes the difference of
/// parameters, which is rounded.
/// </summary>
[SuppressMessage(
    "Design", "CA1040", Justification = "The runtime decides a test for an interface before it inlines, and one of a property after.")]
public interface IHasStep;
