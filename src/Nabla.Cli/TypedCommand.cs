namespace Nabla.Cli;

/// <summary>The command as it was typed.</summary>
internal static class TypedCommand
{
    /// <summary>The whole line, so that it can be repeated.</summary>
    public static string Line => "nabla " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(Quoted));

    /// <summary>An argument as a shell reads it.</summary>
    /// <param name="argument">The argument.</param>
    public static string Quoted(string argument) =>
        argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./,:=@%+".Contains(c, StringComparison.Ordinal)) && argument.Length > 0
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
