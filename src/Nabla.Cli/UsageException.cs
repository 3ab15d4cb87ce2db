namespace Nabla.Cli;

/// <summary>What the user typed, or a file the user named, is wrong. The message is the sentence shown; exit code 2.</summary>
public sealed class UsageException : Exception
{
    /// <summary>Makes the error with an empty sentence.</summary>
    public UsageException()
    {
    }

    /// <summary>Makes the error with the sentence to show.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    public UsageException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error with the sentence to show and what caused it.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
