using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Nabla.Dashboard.Tests;

/// <summary>The built command as a child process with a store of its own, the way a user runs it.</summary>
internal sealed partial class CommandProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    public CommandProcess(string home, params string[] arguments)
    {
        DirectoryInfo here = new(AppContext.BaseDirectory);
        string command = Path.Combine(here.Parent!.Parent!.FullName, "Nabla.Cli", here.Name, "nabla.dll");
        Assert.True(File.Exists(command), $"The command is not built: {command} is missing.");
        ProcessStartInfo start = new(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NABLA_HOME"] = home },
        };
        start.ArgumentList.Add(command);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Error => Text(_error);

    public bool HasExited => _process.HasExited;

    /// <summary>Waits until the command has printed something on standard output.</summary>
    public async Task<string> FirstOutputAsync(CancellationToken cancellationToken)
    {
        while (Output.Length == 0)
        {
            Assert.False(_process.HasExited, $"The command ended at once: {Error}");
            await Task.Delay(50, cancellationToken);
        }

        return Output;
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ctrl-C.</summary>
    public void Interrupt()
    {
        const int interruptSignal = 2;
        Assert.Equal(0, SendSignal(_process.Id, interruptSignal));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
