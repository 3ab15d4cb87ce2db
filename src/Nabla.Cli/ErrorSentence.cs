using Nabla.Core;
using Nabla.Problems.Datasets;
using Nabla.Procedures.Adaptation;

namespace Nabla.Cli;

/// <summary>Makes one sentence and an exit code of an exception.</summary>
internal static class ErrorSentence
{
    /// <summary>Says what failed.</summary>
    /// <param name="failure">The exception that reached the command.</param>
    /// <returns>One line for standard error and the exit code.</returns>
    public static (string Sentence, int Code) Of(Exception failure) => failure switch
    {
        UsageException or OptionException or DataException or AdapterFileException => (OneLine(failure.Message), ExitCode.WrongUsage),
        OperationCanceledException => ("Interrupted.", ExitCode.Interrupted),
        AggregateException { InnerException: { } inner } => Of(inner),
        TypeInitializationException { InnerException: { } inner } => Of(inner),
        ArgumentException { ParamName: { } parameter } => (OneLine(WithoutParameter(failure.Message, parameter)), ExitCode.Failed),
        _ => (OneLine(failure.Message), ExitCode.Failed),
    };

    // .NET adds the name of the parameter and the value, which the sentence says already.
    private static string WithoutParameter(string message, string parameter) =>
        message.IndexOf($" (Parameter '{parameter}')", StringComparison.Ordinal) is >= 0 and var end ? message[..end] : message;

    /// <summary>Joins the lines of a message; a user reads one sentence, not a listing.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The message on one line.</returns>
    public static string OneLine(string message) =>
        string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
