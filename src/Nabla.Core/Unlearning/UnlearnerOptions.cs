namespace Nabla.Core;

/// <summary>Options of a method of unlearning, which know what they are options of.</summary>
public abstract record UnlearnerOptions : MethodOptions
{
    /// <summary>Makes the method with these options.</summary>
    /// <returns>A method without memory of earlier runs.</returns>
    public abstract IUnlearner Create();
}
