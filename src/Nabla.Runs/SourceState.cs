using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Nabla.Runs.Tests")]

namespace Nabla.Runs;

/// <summary>
/// Which source the program was built from. The commit is the one that the build wrote into the assembly; whether the
/// tree was exactly that commit is asked of git when the program runs from a checkout. Without git it is unknown.
/// </summary>
/// <param name="Commit">The commit's full hash, or null when the build knew none.</param>
/// <param name="IsClean">
/// Whether the checkout is at that commit with no changed file; null when there is no checkout or no git.
/// </param>
public sealed record SourceState(string? Commit, bool? IsClean)
{
    private static readonly Lazy<SourceState> _current = new(Find);

    /// <summary>The state when it was first asked for in this process.</summary>
    public static SourceState Current => _current.Value;

    /// <summary>Version of the program, for example <c>0.1.0</c>.</summary>
    public static string Version => Informational().Split('+')[0];

    /// <summary>Looks at a commit and a folder below a checkout.</summary>
    /// <param name="commit">The commit that the program was built from, or null.</param>
    /// <param name="folder">The folder the program lies in.</param>
    internal static SourceState Of(string? commit, string folder)
    {
        if (commit is null || Checkout(folder) is not { } root || Git(root, "rev-parse", "HEAD") is not { } head)
        {
            return new SourceState(commit, null);
        }

        if (!string.Equals(head.Trim(), commit, StringComparison.OrdinalIgnoreCase))
        {
            // Built from another commit than the one checked out: what is on disk says nothing about the program.
            return new SourceState(commit, false);
        }

        return new SourceState(commit, Git(root, "status", "--porcelain", "--untracked-files=normal") is { } changes ? changes.Length == 0 : null);
    }

    private static SourceState Find()
    {
        string[] parts = Informational().Split('+');
        return Of(parts.Length > 1 && parts[1].Length >= 40 ? parts[1] : null, AppContext.BaseDirectory);
    }

    private static string Informational() =>
        typeof(SourceState).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static string? Checkout(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            // A work tree of git has a file of that name.
            if (Path.Exists(Path.Combine(at.FullName, ".git")))
            {
                return at.FullName;
            }
        }

        return null;
    }

    private static string? Git(string root, params string[] arguments)
    {
        ProcessStartInfo start = new("git")
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Asking must not take the lock that a commit of the user needs.
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        try
        {
            using Process git = Process.Start(start)!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            Task<string> output = git.StandardOutput.ReadToEndAsync();
            if (!git.WaitForExit(TimeSpan.FromSeconds(5)))
            {
                git.Kill();
                return null;
            }

            return git.ExitCode == 0 ? output.GetAwaiter().GetResult() : null;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return null;
        }
    }
}
