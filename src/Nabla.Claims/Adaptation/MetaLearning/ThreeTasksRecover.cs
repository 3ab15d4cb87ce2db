using Nabla.Experiments;
using Nabla.Problems.Objectives;

namespace Nabla.Claims.Adaptation.MetaLearning;

/// <summary>Minimizes the population loss from many starts, and looks at the base of those that reach zero.</summary>
[Claim(
    "meta-lora/three-tasks-recover",
    Says = "With three tasks or more every minimum of zero loss has the true base, with symmetric and with general adapters.",
    Source = "arXiv:2410.22264, uniqueness for T >= 3",
    Seconds = 0.5)]
internal sealed class ThreeTasksRecover : Claim<ThreeTasksRecover.Subject>
{
    // General adapters may get stuck; fewer minima than this would prove little.
    private const double LeastShare = 0.3;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(3, 1, 10);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["two-tasks"] = new(2, 1, 10),
        ["images-that-meet"] = new(3, 3, 8),
        ["one-column-for-all"] = new(3, 1, 10, SameImage: true),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        var seeds = context.Full ? 60 : 15;
        var (global, recovered, worst) = (0, 0, 0.0);
        for (var i = 0; i < seeds; i++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var seed = context.Seed.Derive(i);
            var tasks = PlantedTasks.Draw(subject.Dimension, subject.Rank, subject.Tasks, seed);
            if (subject.SameImage)
            {
                tasks = new PlantedTasks(
                    tasks.Dimension, 1, [.. tasks.Common], [.. tasks.Factors.Select((_, t) => tasks.Factors[0].Select(u => u * (t + 1)).ToArray())]);
            }

            foreach (var run in new[] { LinearMetaLearning.Recover(tasks, true, seed), LinearMetaLearning.Recover(tasks, false, seed) })
            {
                if (run.IsGlobal)
                {
                    global++;
                    recovered += run.IsRecovered ? 1 : 0;
                    worst = Math.Max(worst, run.RelativeError);
                }
            }
        }

        return ClaimOutcome.Of(
            global >= LeastShare * 2 * seeds && recovered == global,
            ("runs", 2 * seeds),
            ("runs_of_zero_loss", global),
            ("of_these_with_the_true_base", recovered),
            ("largest_relative_error", worst));
    }

    /// <summary>How many tasks there are, what separates them, and whether their images are one.</summary>
    internal sealed record Subject(int Tasks, int Rank, int Dimension, bool SameImage = false);
}
