using Nabla.Experiments;
using Nabla.Problems.Objectives;

namespace Nabla.Claims.Adaptation.MetaLearning;

/// <summary>Counts the eigenvalues of what the mean of the true matrices lacks to a new task.</summary>
[Claim(
    "standard-retraining/needed-rank-grows",
    Says = "From the base of standard retraining a new task needs rank k (T + 1): k eigenvalues above 0 and k T below.",
    Source = "arXiv:2410.22264, reviews of version 1: the base is off by rank k T",
    Seconds = 0.05)]
internal sealed class StandardRankGrows : Claim<Func<PlantedTasks, double[]>>
{
    // The matrices have numbers of order one; their eigenvalues, if not 0, are far above rounding.
    private const double Zero = 1e-9;

    /// <inheritdoc/>
    protected override Func<PlantedTasks, double[]> Method { get; } = LinearMetaLearning.MeanMatrix;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<PlantedTasks, double[]>> Defects { get; } = new Dictionary<string, Func<PlantedTasks, double[]>>
    {
        ["true-base"] = tasks => [.. tasks.Common],
        ["last-task"] = tasks => tasks.Matrix(tasks.Count - 1),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<PlantedTasks, double[]> subject, ClaimContext context)
    {
        (int Dimension, int Rank, int Count)[] settings = [(12, 2, 3), (10, 1, 2), (10, 1, 5), (20, 3, 4), (20, 2, 6)];
        var wrong = 0;
        var least = double.PositiveInfinity;
        foreach (var (dimension, rank, count) in settings)
        {
            var all = PlantedTasks.Draw(dimension, rank, count + 1, context.Seed);
            var old = new PlantedTasks(dimension, rank, [.. all.Common], [.. all.Factors.Take(count)]);
            var values = LinearMetaLearning.Missing(all.Matrix(count), subject(old));
            var (above, below) = (values.Count(v => v > Zero), values.Count(v => v < -Zero));
            wrong += above == rank && below == rank * count ? 0 : 1;
            least = Math.Min(least, values.Select(Math.Abs).Where(v => v > Zero).Min());
        }

        return ClaimOutcome.Of(
            wrong == 0,
            ("settings", settings.Length),
            ("settings_of_another_inertia", wrong),
            ("smallest_eigenvalue_not_zero", least));
    }
}
