namespace Nabla.Core;

/// <summary>An option of a method has a value that is not allowed, or a name that does not exist.</summary>
public sealed class OptionException : ArgumentException
{
    private readonly string _sentence;

    /// <summary>Makes the exception without a message.</summary>
    public OptionException()
        : this("An option is wrong.")
    {
    }

    /// <summary>Makes the exception with a sentence.</summary>
    public OptionException(string message)
        : base(message) => _sentence = message;

    /// <summary>Makes the exception with a sentence and a cause.</summary>
    public OptionException(string message, Exception innerException)
        : base(message, innerException) => _sentence = message;

    /// <summary>Makes the exception for one option and its value.</summary>
    public OptionException(string message, string option, object? value)
        : base(message, option)
    {
        _sentence = message;
        Value = value;
    }

    /// <summary>The value given, if there is one.</summary>
    public object? Value { get; }

    /// <summary>The sentence alone, as shown to users.</summary>
    public override string Message => _sentence;
}
