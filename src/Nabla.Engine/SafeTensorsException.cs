namespace Nabla.Engine;

/// <summary>A file is not a valid safetensors file; the message names the file, the tensor and the fault.</summary>
public sealed class SafeTensorsException : FormatException
{
    /// <summary>Makes the exception with a general sentence.</summary>
    public SafeTensorsException()
        : base("The file is not a valid safetensors file.")
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">A sentence: which file, which tensor, what is wrong.</param>
    public SafeTensorsException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    /// <param name="message">A sentence: which file, which tensor, what is wrong.</param>
    /// <param name="innerException">What was caught.</param>
    public SafeTensorsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
