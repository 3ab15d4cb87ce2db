using Nabla.Core;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Claims.FirstOrder.Procedures;

/// <summary>Several steps a surrogate against one step a gradient, counting expensive gradient calls.</summary>
[Claim(
    "sso-target/fewer-calls",
    Says = "Counting expensive gradient calls, several surrogate steps per call reach a given loss in fewer calls than SGD; the full-batch loss never increases.",
    Source = "arXiv:2302.02607, abstract",
    Seconds = 2)]
internal sealed class SurrogatesSaveCalls : Claim<Func<SsoTargetOptions, SsoTargetOptions>>
{
    private const int MostCalls = 150;

    /// <inheritdoc/>
    protected override Func<SsoTargetOptions, SsoTargetOptions> Method => options => options;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<SsoTargetOptions, SsoTargetOptions>> Defects { get; } =
        new Dictionary<string, Func<SsoTargetOptions, SsoTargetOptions>>
        {
            ["one-surrogate-step"] = options => options with { SurrogateSteps = 1 },
            ["proximity-forgotten"] = options => options with { TargetRate = 50 * options.TargetRate },
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<SsoTargetOptions, SsoTargetOptions> subject, ClaimContext context)
    {
        var count = context.Full ? 2000 : 200;
        const int dimension = 6;
        var data = SyntheticData.Draw(context.Seed.Derive("data"), count, SyntheticData.Deviations(dimension, 6), 2);
        var model = new LinearTargets(data.Rows, data.Labels, LossKind.Logistic);
        var loss = new LinearModelLoss(data.Rows, data.Labels, LossKind.Logistic);
        // 4 is the inverse of the logistic loss's smoothness.
        var sso = new SsoTargetOptions { TargetRate = 4, SurrogateSteps = 20, LearningRate = 32 };
        var target = Losses(model, loss, sso with { SurrogateSteps = 100 }, context, 100).Min() + 0.01;

        var full = Losses(model, loss, subject(sso), context, 30);
        var rise = full.Zip(full.Skip(1)).Max(pair => pair.Second - pair.First);
        double calls = 0, sgd = 0;
        var seeds = context.Full ? 10 : 3;
        for (var s = 0; s < seeds; s++)
        {
            var here = context with { Seed = context.Seed.Derive(s) };
            var batch = count / 2;
            calls += CallsTo(target, Losses(
                model, loss, subject(sso with { BatchSize = batch, Schedule = TargetSchedule.SquareRoot }), here, MostCalls)) / seeds;
            var best = (double)MostCalls + 1;
            for (var exponent = -1; exponent <= 6; exponent++)
            {
                foreach (var schedule in (bool[])[false, true])
                {
                    best = Math.Min(best, Sgd(loss, Math.Pow(2, exponent), schedule, batch, target, here));
                }
            }

            sgd += best / seeds;
        }

        return ClaimOutcome.Of(
            rise <= 1e-12 && calls < sgd / 2,
            ("calls", calls),
            ("calls_tuned_sgd", sgd),
            ("largest_rise_full_batch", rise),
            ("target_loss", target));
    }

    private static List<double> Losses(
        LinearTargets model, LinearModelLoss loss, SsoTargetOptions options, ClaimContext context, int calls)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        var losses = new List<double>();
        void Watch(in ProcedureStep step) => losses.Add(loss.Value(step.Point));
        new SsoTarget(options).Minimize(model, new double[model.Dimension], new() { Iterations = calls }, context.Seed, Watch);
        return losses;
    }

    // The calls that SGD needs to the target.
    private static int Sgd(LinearModelLoss loss, double rate, bool falls, int batch, double target, ClaimContext context)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        double[] x = new double[loss.Dimension], g = new double[loss.Dimension];
        var random = new Engine.RandomStream(context.Seed.Derive("sgd"));
        int[] order = [.. Enumerable.Range(0, loss.Count)];
        for (var t = 1; t <= MostCalls; t++)
        {
            random.Shuffle<int>(order);
            loss.Gradient(order.AsSpan(0, batch), x, g);
            for (var i = 0; i < x.Length; i++)
            {
                x[i] -= rate / (falls ? Math.Sqrt(t) : 1) * g[i];
            }

            if (loss.Value(x) <= target)
            {
                return t;
            }
        }

        return MostCalls + 1;
    }

    private static double CallsTo(double target, List<double> losses)
    {
        var index = losses.FindIndex(l => l <= target);
        return index < 0 ? MostCalls + 1 : index;
    }
}
