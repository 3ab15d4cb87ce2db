using Nabla.Problems.Datasets;

namespace Nabla.Experiments;

/// <summary>Columns of a table brought to mean 0 and deviation 1; columns that never change are left out.</summary>
/// <param name="Kept">The numbers of the columns that are left, in order.</param>
/// <param name="Means">Their means.</param>
/// <param name="Deviations">Their deviations, above 0.</param>
/// <param name="Features">The scaled features, row by row.</param>
internal sealed record ColumnScaling(IReadOnlyList<int> Kept, double[] Means, double[] Deviations, double[] Features)
{
    /// <summary>Measures and scales.</summary>
    /// <param name="table">The table.</param>
    public static ColumnScaling Of(NumericTable table)
    {
        int n = table.Rows, columns = table.Names.Count;
        double[] means = new double[columns], deviations = new double[columns];
        for (int i = 0; i < table.Features.Length; i++)
        {
            means[i % columns] += table.Features[i] / n;
        }

        for (int i = 0; i < table.Features.Length; i++)
        {
            double rest = table.Features[i] - means[i % columns];
            deviations[i % columns] += rest * rest / n;
        }

        // What remains of a constant column is rounding of its mean.
        int[] kept =
        [
            .. Enumerable.Range(0, columns).Where(c => Math.Sqrt(deviations[c]) > 1e-12 * Math.Max(Math.Abs(means[c]), 1e-300)),
        ];
        double[] scaled = new double[n * kept.Length];
        for (int i = 0; i < n; i++)
        {
            for (int c = 0; c < kept.Length; c++)
            {
                scaled[(i * kept.Length) + c] = (table.Features[(i * columns) + kept[c]] - means[kept[c]]) / Math.Sqrt(deviations[kept[c]]);
            }
        }

        return new ColumnScaling(kept, [.. kept.Select(c => means[c])], [.. kept.Select(c => Math.Sqrt(deviations[c]))], scaled);
    }

    /// <summary>What was left out of a table, as ends of a sentence.</summary>
    /// <param name="table">The table.</param>
    public string LeftOut(NumericTable table) =>
        (table.Skipped > 0 ? $"; {table.Skipped} rows with missing values skipped" : "")
        + Left("hold words", table.Ignored)
        + Left("never change", [.. Enumerable.Range(0, table.Names.Count).Except(Kept).Select(c => table.Names[c])]);

    private static string Left(string why, IReadOnlyList<string> names) =>
        names.Count == 0 ? "" : $"; left out because they {why}: {string.Join(", ", names.Select(n => $"'{n}'"))}";
}
