using System.Globalization;

namespace Nabla.Experiments;

/// <summary>
/// Fixes targets and baseline in advance, after AlgoPerf's protocol (arXiv:2306.07179, section 4.3) and that of Kasimbeg et
/// al. (arXiv:2505.24005): configurations of NadamW with warm-up and cosine, spread evenly over a space of settings, are
/// tried on every workload. A workload's target is the median over seeds of the least validation loss of its best
/// configuration, trained again; the baseline is the one configuration that reaches those targets soonest over all
/// workloads, in the geometric mean. AlgoPerf tries 200 settings of each of four methods and repeats the best 20 times;
/// here one method, and fewer, so that it can be done on one computer.
/// </summary>
public static class SuiteCalibration
{
    /// <summary>A run that misses the target counts as one that needs this many times the steps it had.</summary>
    public const double Missed = 2;

    private static readonly double[] _shares = [0.02, 0.05, 0.1];

    /// <summary>Targets for a plan that is about to set them; they are looked at nowhere.</summary>
    public static SuiteTargets NoTargets { get; } = new()
    {
        Trials = 0,
        Seeds = 0,
        Baseline = new Dictionary<string, string>(),
        Workloads = Experiments.Workloads.All.ToDictionary(
            workload => workload.Name, workload => new CalibratedWorkload(0, workload.TargetSteps, new Dictionary<string, string>())),
    };

    /// <summary>Tries, repeats and chooses. The runs are in the store, as comparisons.</summary>
    /// <param name="plan">Workloads, seeds, threads and store; its methods and targets are not looked at.</param>
    /// <param name="trials">Configurations. Range: 2 to 1000.</param>
    /// <param name="progress">Called on the training thread; null: nobody.</param>
    /// <param name="cancellationToken">Ends the calibration after the step that is going on.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; there are no targets.</exception>
    /// <exception cref="InvalidOperationException">No configuration came to a finite loss on a workload.</exception>
    public static SuiteTargets Run(
        SuitePlan plan, int trials, IProgress<ComparisonEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(trials, 1000);
        IReadOnlyList<ComparedMethod> configurations = Configurations(trials);
        IReadOnlyList<Workload> workloads = plan.Selected();
        Dictionary<string, CalibratedWorkload> calibrated = [];
        double[] logarithms = new double[trials];
        for (int i = 0; i < workloads.Count; i++)
        {
            Workload workload = workloads[i];
            ComparisonPlan common = plan.PlanOf(workload, "") with
            {
                Steps = plan.Steps ?? workload.TargetSteps,
                Target = null,
                Suite = null,
                Workload = null,
            };
            ComparisonResult tried = Run(common with { Methods = configurations, Seeds = 1 });
            MethodOutcome best = tried.Methods.MinBy(method => Least(method.Runs))!;
            if (!double.IsFinite(Least(best.Runs)))
            {
                throw new InvalidOperationException($"No configuration came to a finite loss on '{workload.Name}'; there is no target for it.");
            }

            // Other seeds than that of the trials, so that a lucky one is not chosen for its luck.
            ComparisonResult repeated = Run(common with
            {
                Methods = [configurations.First(c => c.Label == best.Name) with { As = "best" }],
                Seed = plan.Seed + 1000,
            });
            double target = Sample.Median(repeated.Methods[0].Runs.Select(run => Least([run])));
            calibrated[workload.Name] = new CalibratedWorkload(target, common.Steps!.Value, best.Options);
            for (int m = 0; m < trials; m++)
            {
                double steps = tried.Methods[m].Runs is [var run] && run.Reached(target) is { } point ? point.Step : Missed * common.Steps.Value;
                logarithms[m] += Math.Log(Math.Max(1, steps)) / workloads.Count;
            }

            ComparisonResult Run(ComparisonPlan part)
            {
                ComparisonResult result = Comparison.Run(
                    part, progress is null ? null : new Naming(progress, workload.Name, i, workloads.Count), cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                return result;
            }
        }

        return new SuiteTargets
        {
            Trials = trials,
            Seeds = plan.Seeds,
            Baseline = configurations[Array.IndexOf(logarithms, logarithms.Min())].Options,
            Workloads = calibrated,
        };
    }

    /// <summary>
    /// Configurations that fill the space evenly (Halton's points): rate 3e-4 to 0.1, 1 - β1 0.02 to 0.5, 1 - β2 1e-3 to 0.1 and
    /// weight decay 1e-4 to 0.3, all even in logarithm; a warm-up of 2, 5 or 10 % of the run.
    /// </summary>
    /// <param name="count">How many; a larger count begins with the same ones.</param>
    public static IReadOnlyList<ComparedMethod> Configurations(int count) =>
        [.. Enumerable.Range(1, count).Select(i => new ComparedMethod(SuiteTargets.Method, new Dictionary<string, string>
        {
            ["share"] = Number(_shares[(int)(Halton(i, 11) * _shares.Length)]),
            ["inner.inner.learningRate"] = Number(Between(3e-4, 0.1, Halton(i, 2))),
            ["inner.inner.beta1"] = Number(1 - Between(0.02, 0.5, Halton(i, 3))),
            ["inner.inner.beta2"] = Number(1 - Between(1e-3, 0.1, Halton(i, 5))),
            ["inner.inner.weightDecay"] = Number(Between(1e-4, 0.3, Halton(i, 7))),
        })
        {
            As = string.Create(CultureInfo.InvariantCulture, $"trial-{i:000}"),
        })];

    private static double Halton(int index, int radix)
    {
        double result = 0;
        for (double part = 1.0 / radix; index > 0; index /= radix, part /= radix)
        {
            result += part * (index % radix);
        }

        return result;
    }

    private static double Between(double low, double high, double share) => low * Math.Pow(high / low, share);

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static double Least(IReadOnlyList<ComparedRun> runs) => runs
        .Where(run => run.FinalLoss is not null).SelectMany(run => run.Series.Validation).Select(point => point.Loss)
        .Where(double.IsFinite).DefaultIfEmpty(double.PositiveInfinity).Min();

    private sealed class Naming(IProgress<ComparisonEvent> progress, string workload, int index, int count) : IProgress<ComparisonEvent>
    {
        public void Report(ComparisonEvent value) => progress.Report(value with { Workload = workload, Fraction = (index + value.Fraction) / count });
    }
}
