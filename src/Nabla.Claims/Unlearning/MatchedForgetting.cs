using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>
/// A quarter of the facts is forgotten with nothing to keep; what is kept is read where the loss on what is to go passes a level, between two steps
/// by a straight line.
/// </summary>
internal abstract class MatchedForgetting : Claim<UnlearnerOptions>
{
    private const int Forgotten = 3;
    private const int Steps = 200;

    // Nats a token: guessing among twenty values and an ending would cost 3.0.
    private const double Level = 3;

    // A hundredth of the kept loss: what rounding tells apart is no difference.
    private const double Least = 0.01;

    // Tokens an answer, ending included: the gradient of a mean over tokens is that much smaller than that of sums.
    private const double Tokens = 3.5;

    /// <inheritdoc/>
    protected sealed override UnlearnerOptions Method { get; } = Npo(0.1);

    /// <summary>What both methods step with.</summary>
    protected abstract MethodOptions Optimizer { get; }

    /// <summary>Negative preference with nothing to keep.</summary>
    protected static NpoOptions Npo(double beta) => new() { Beta = beta, Gamma = 1 / Tokens, Retain = RetainLoss.None };

    /// <inheritdoc/>
    protected sealed override ClaimOutcome Examine(UnlearnerOptions subject, ClaimContext context)
    {
        var trials = context.Full ? 12 : 5;
        List<double> apart = [];
        for (var trial = 0; trial < trials; trial++)
        {
            var seed = context.Seed.Derive(trial);
            apart.Add(Math.Log(Kept(subject, seed) / Kept(new GradientAscentOptions(), seed)));
        }

        var mean = apart.Average();
        var error = Math.Sqrt(apart.Sum(a => (a - mean) * (a - mean)) / (trials - 1) / trials);
        var least = Math.Max(Least, 2 * error);
        var outcome = ClaimOutcome.Of(
            mean < -least,
            ("mean_log_ratio_of_kept_losses", mean),
            ("standard_error", error),
            ("least_apart", least),
            ("forget_loss_of_both", Level),
            ("trials", trials));
        return Math.Abs(mean) > least ? outcome : outcome with { Verdict = Verdict.Inconclusive };
    }

    private double Kept(UnlearnerOptions options, Seed seed)
    {
        using var facts = LearnedFacts.Copy(seed, Forgotten);
        using var stop = new CancellationTokenSource();
        double forget = facts.Of(ExampleSet.Forget).Loss, kept = facts.Of(ExampleSet.Retain).Loss, at = double.NaN;
        options.Create().Forget(facts.Task, FactsRuns.Budget(Optimizer, seed, Steps, Forgotten, stop.Token), (in UnlearningStep _) =>
        {
            double next = facts.Of(ExampleSet.Forget).Loss, beside = facts.Of(ExampleSet.Retain).Loss;
            if (next >= Level)
            {
                at = kept + ((beside - kept) * (Level - forget) / (next - forget));
                stop.Cancel();
            }

            (forget, kept) = (next, beside);
        });
        // A method that never forgets as much kept nothing worth comparing.
        return double.IsNaN(at) ? double.MaxValue : at;
    }
}
