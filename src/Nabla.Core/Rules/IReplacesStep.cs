using System.Diagnostics.CodeAnalysis;

namespace Nabla.Core;

/// <summary>Marks a wrapper whose <see cref="IElementwiseWrapper.Step"/> replaces the step of the inner rule.</summary>
[SuppressMessage(
    "Design", "CA1040", Justification = "The runtime decides a test for an interface before it inlines, and one of a property after.")]
public interface IReplacesStep;
