namespace Nabla.Cli;

/// <summary>The exit codes of the command; scripts depend on them.</summary>
public static class ExitCode
{
    /// <summary>The command did what was asked.</summary>
    public const int Done = 0;

    /// <summary>The command was right, and what it ran failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a file named on it, is wrong.</summary>
    public const int WrongUsage = 2;

    /// <summary>Stopped by Ctrl-C or a termination signal, with the state saved where there is any.</summary>
    public const int Interrupted = 130;
}
