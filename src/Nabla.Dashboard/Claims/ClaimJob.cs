using System.Diagnostics;
using Nabla.Claims;

namespace Nabla.Dashboard.Claims;

/// <summary>A claim that was asked to be rerun from a page. Safe to read from any thread.</summary>
/// <param name="number">Its number.</param>
/// <param name="claim">The claim.</param>
/// <param name="full">Whether at the scale for people.</param>
public sealed class ClaimJob(long number, RegisteredClaim claim, bool full) : IProgress<string>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Stopwatch _watch = new();
    private ClaimJobStatus _status = ClaimJobStatus.Waiting;
    private string _message = "";
    private ClaimRun? _run;

    /// <summary>Its number.</summary>
    public long Number { get; } = number;

    /// <summary>The claim.</summary>
    public RegisteredClaim Claim { get; } = claim;

    /// <summary>Whether at the scale for people.</summary>
    public bool Full { get; } = full;

    /// <summary>Cancelled when nobody wants its verdict any more.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Whether it waits or runs.</summary>
    public bool IsActive
    {
        get
        {
            lock (_lock)
            {
                return _status is ClaimJobStatus.Waiting or ClaimJobStatus.Running;
            }
        }
    }

    /// <summary>How it stands.</summary>
    public ClaimJobState State
    {
        get
        {
            lock (_lock)
            {
                return new ClaimJobState(
                    Number,
                    Claim.Name,
                    Full ? "full" : "quick",
                    _status.ToString().ToLowerInvariant(),
                    _message,
                    _run?.Word,
                    Math.Round(_watch.Elapsed.TotalSeconds, 1),
                    Full ? null : Claim.Registration.Seconds);
            }
        }
    }

    /// <summary>What came out, with its pictures; null before that.</summary>
    public ClaimRun? Run
    {
        get
        {
            lock (_lock)
            {
                return _run;
            }
        }
    }

    /// <inheritdoc/>
    public void Report(string value)
    {
        lock (_lock)
        {
            _message = value;
        }
    }

    /// <summary>It begins to run, or was cancelled before.</summary>
    /// <returns>Whether it runs.</returns>
    public bool Begin()
    {
        lock (_lock)
        {
            if (Token.IsCancellationRequested)
            {
                _status = ClaimJobStatus.Cancelled;
                return false;
            }

            _status = ClaimJobStatus.Running;
            _watch.Start();
            return true;
        }
    }

    /// <summary>It came to an end.</summary>
    /// <param name="status">Which.</param>
    /// <param name="message">A sentence about it; may be empty.</param>
    /// <param name="run">The verdict, if there is one.</param>
    public void End(ClaimJobStatus status, string message, ClaimRun? run = null)
    {
        lock (_lock)
        {
            _watch.Stop();
            (_status, _message, _run) = (status, message, run);
        }
    }

    /// <summary>Asks it to stop.</summary>
    public void Cancel()
    {
        _cancellation.Cancel();
        lock (_lock)
        {
            if (_status == ClaimJobStatus.Waiting)
            {
                _status = ClaimJobStatus.Cancelled;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();
}
