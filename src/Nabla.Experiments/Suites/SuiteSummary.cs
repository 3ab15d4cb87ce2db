using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>The statistics of a suite over the runs that are there.</summary>
internal static class SuiteSummary
{
    private const int Resamples = 2_000;

    public static SuiteResult Of(string id, SuitePlan plan, IReadOnlyList<WorkloadOutcome> workloads, bool isCancelled, StoredComparison row)
    {
        SuiteResult result = new()
        {
            Id = id,
            Plan = plan,
            Workloads = workloads,
            Scores = [],
            IsCancelled = isCancelled,
            Started = row.Started,
            Report = row.Report,
        };
        if (workloads.Count == 0)
        {
            return result;
        }

        string[] methods = [.. plan.Methods.Select(method => method.Label)];
        double[][][] steps = Costs(plan, workloads, point => point.Step);
        double[][][] seconds = Costs(plan, workloads, point => point.Seconds);
        CostTable stepTable = Medians(methods, workloads, steps, null);
        CostTable secondTable = Medians(methods, workloads, seconds, null);
        Interval[] stepScores = Scores(methods, workloads, steps, stepTable, plan);
        Interval[] secondScores = Scores(methods, workloads, seconds, secondTable, plan);
        return result with
        {
            Steps = stepTable,
            Seconds = secondTable,
            Scores = [.. methods.Select((method, m) => new MethodScore(
                method, Enumerable.Range(0, workloads.Count).Count(w => double.IsFinite(stepTable[m, w])), stepScores[m], secondScores[m]))],
        };
    }

    /// <summary>For every method, workload and seed what it took to the target; infinite where it was not reached.</summary>
    private static double[][][] Costs(SuitePlan plan, IReadOnlyList<WorkloadOutcome> workloads, Func<LossPoint, double> cost) =>
        [.. plan.Methods.Select(method => workloads.Select(workload =>
        {
            MethodOutcome? outcome = workload.Comparison.Methods.FirstOrDefault(m => m.Name == method.Label);
            return Enumerable.Range(0, plan.Seeds)
                .Select(seed => outcome?.Runs.FirstOrDefault(run => run.SeedIndex == seed)?.Reached(workload.Target) is { } point
                    ? cost(point)
                    : double.PositiveInfinity)
                .ToArray();
        }).ToArray())];

    /// <summary>The table of medians over seeds, as in AlgoPerf; over drawn seeds of every workload where they are given.</summary>
    private static CostTable Medians(string[] methods, IReadOnlyList<WorkloadOutcome> workloads, double[][][] costs, int[][]? drawn) => new(
        methods,
        [.. workloads.Select(workload => workload.Workload.Name)],
        [.. costs.Select(method => method.Select((seeds, w) => Sample.Median(drawn is null ? seeds : drawn[w].Select(seed => seeds[seed]))).ToArray())]);

    private static Interval[] Scores(
        string[] methods, IReadOnlyList<WorkloadOutcome> workloads, double[][][] costs, CostTable table, SuitePlan plan)
    {
        IReadOnlyList<double> means = AlgoPerfLrFree.Scores(table);
        if (plan.Seeds == 1)
        {
            return [.. means.Select(mean => new Interval(mean, null, null))];
        }

        // The same seeds for all methods of a workload: they had the same weights and batches.
        RandomStream random = new(Seed.From(plan.Seed).Derive("suite-score"));
        double[][] scores = [.. methods.Select(_ => new double[Resamples])];
        for (int r = 0; r < Resamples; r++)
        {
            int[][] drawn = [.. workloads.Select(_ => Enumerable.Range(0, plan.Seeds).Select(_ => random.NextInt(plan.Seeds)).ToArray())];
            IReadOnlyList<double> drawnScores = AlgoPerfLrFree.Scores(Medians(methods, workloads, costs, drawn));
            for (int m = 0; m < methods.Length; m++)
            {
                scores[m][r] = drawnScores[m];
            }
        }

        return [.. means.Select((mean, m) =>
        {
            Array.Sort(scores[m]);
            return new Interval(mean, scores[m][(int)(0.025 * (Resamples - 1))], scores[m][(int)Math.Ceiling(0.975 * (Resamples - 1))]);
        })];
    }
}
