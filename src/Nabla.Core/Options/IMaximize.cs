namespace Nabla.Core;

/// <summary>Options of a method that may climb instead of descend; wrappers look at it.</summary>
public interface IMaximize
{
    /// <summary>Whether to climb instead of descend.</summary>
    bool Maximize { get; init; }
}
