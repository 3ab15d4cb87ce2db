using System.Diagnostics.CodeAnalysis;

namespace Nabla.Core;

/// <summary>Marks a kernel whose scalars lie in several sets, which it reaches by address.</summary>
[SuppressMessage(
    "Design", "CA1040", Justification = "The runtime decides a test for an interface before it inlines, and one of a property after.")]
internal interface IWrappedKernel;
