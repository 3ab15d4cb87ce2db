namespace Nabla.Engine;

/// <summary>libtorch could not be loaded, or refused an operation; the message says which and why.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public EngineException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What went wrong, where, and what to do.</param>
    public EngineException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What went wrong, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public EngineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
