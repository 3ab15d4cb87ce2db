using Nabla.Engine;
using Nabla.Experiments;

namespace Nabla.Claims;

/// <summary>
/// Runs claims on one thread of their own, because much of the engine's state belongs to a thread, and with one thread
/// inside the engine, so that the figures do not depend on how many processors there are.
/// </summary>
public static class ClaimRunner
{
    /// <summary>Runs a claim.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="full">Whether to run at the scale for people, minutes, instead of seconds.</param>
    /// <param name="seed">Everything random is derived from it.</param>
    /// <param name="mutant">The deliberate defect to run with; null: the method as it is.</param>
    /// <param name="progress">Told what goes on, from the thread of the claim; null: nobody.</param>
    /// <param name="clock">Tells the time; null: the system's clock.</param>
    /// <param name="cancellationToken">Ends the experiment early.</param>
    /// <returns>The verdict, its figures and pictures.</returns>
    /// <exception cref="ArgumentException">The claim has no such mutant.</exception>
    /// <exception cref="OperationCanceledException">It was ended early; there is no verdict.</exception>
    public static ClaimRun Run(
        RegisteredClaim claim,
        bool full = false,
        long seed = 0,
        string? mutant = null,
        IProgress<string>? progress = null,
        TimeProvider? clock = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        clock ??= TimeProvider.System;
        cancellationToken.ThrowIfCancellationRequested();
        var context = new ClaimContext
        {
            Full = full,
            Seed = Seed.From(seed),
            Mutant = mutant,
            Progress = progress,
            CancellationToken = cancellationToken,
        };
        var started = clock.GetUtcNow();
        var start = clock.GetTimestamp();
        var outcome = Trainer.OnOwnThread(() => WithOneThread(() => claim.Claim.Run(context)));
        return new ClaimRun
        {
            Claim = claim.Name,
            Verdict = outcome.Verdict,
            Figures = outcome.Figures,
            Full = full,
            Seed = seed,
            Mutant = mutant,
            Started = started,
            Seconds = clock.GetElapsedTime(start).TotalSeconds,
            Plots = outcome.Plots,
        };
    }

    private static T WithOneThread<T>(Func<T> work)
    {
        var threads = Torch.Threads;
        Torch.Threads = 1;
        try
        {
            return work();
        }
        finally
        {
            Torch.Threads = threads;
        }
    }
}
