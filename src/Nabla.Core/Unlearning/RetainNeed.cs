namespace Nabla.Core;

/// <summary>How much of the data that are to stay a method of unlearning reads.</summary>
public enum RetainNeed
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A sample; more helps.</summary>
    Sample,

    /// <summary>All of it.</summary>
    All,
}
