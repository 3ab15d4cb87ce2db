namespace Nabla.Runs;

/// <summary>The run store, or a run in it, cannot be used; the message says which, why and what to do.</summary>
public sealed class RunStoreException : Exception
{
    /// <summary>Makes one with a sentence for the user.</summary>
    public RunStoreException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a sentence for the user and the cause.</summary>
    public RunStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes one with no text; prefer the others.</summary>
    public RunStoreException()
    {
    }
}
