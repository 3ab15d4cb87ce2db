namespace Nabla.Problems.Datasets;

/// <summary>The data a user named cannot be used; the message says which file, what is wrong and what to do.</summary>
public sealed class DataException : Exception
{
    /// <summary>Makes the exception with a general sentence.</summary>
    public DataException()
        : base("The data cannot be used.")
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">A sentence: which file, what is wrong, what to do.</param>
    public DataException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    /// <param name="message">A sentence: which file, what is wrong, what to do.</param>
    /// <param name="innerException">What was caught.</param>
    public DataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
