using System.Runtime.InteropServices;

namespace Nabla.Cli;

/// <summary>
/// Turns Ctrl-C and a termination signal into a cancellation: the first asks the work to save and stop, the second
/// ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;

    /// <summary>Starts listening.</summary>
    /// <param name="log">Where to say that the work is being stopped.</param>
    /// <param name="sentence">What to say.</param>
    public Interruption(TextWriter log, string sentence = "Stopping: the state is being saved.")
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, log, sentence));
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, log, sentence));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context, TextWriter log, string sentence)
    {
        context.Cancel = true;
        if (source.IsCancellationRequested)
        {
            Environment.Exit(ExitCode.Interrupted);
        }

        log.WriteLine(sentence + " Again Ctrl-C ends at once.");
        source.Cancel();
    }
}
