namespace Nabla.Core;

/// <summary>
/// A wrapper over any element-wise rule, such as <c>cautious(adamw)</c>. Rule and wrapper run as one kernel; wrappers nest.
/// </summary>
/// <typeparam name="TOptions">The options of the wrapper itself.</typeparam>
public interface IElementwiseWrapper<TOptions> : IElementwisePart<TOptions>, IElementwiseWrapper
    where TOptions : MethodOptions;
