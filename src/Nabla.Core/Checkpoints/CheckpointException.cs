namespace Nabla.Core;

/// <summary>A checkpoint cannot be used: something is missing, has another shape, or is damaged.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Makes the exception without a message.</summary>
    public CheckpointException()
    {
    }

    /// <summary>Makes the exception with a sentence that says what was found, where, and what to do.</summary>
    public CheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a sentence and the cause.</summary>
    public CheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
