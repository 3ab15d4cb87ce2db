using System.Globalization;
using Nabla.Core;
using Nabla.Problems.Datasets;

namespace Nabla.Experiments.ConvexNetworks;

/// <summary>A table made ready for a convex network: features and numeric labels scaled, two classes as -1 and 1.</summary>
/// <param name="Rows">The scaled rows.</param>
/// <param name="Names">The names of the columns that are left.</param>
/// <param name="Classes">The class of -1 and that of 1; empty for numbers.</param>
/// <param name="Scaling">How the columns were scaled.</param>
/// <param name="LabelMean">What is added to a scaled label; 0 for classes.</param>
/// <param name="LabelDeviation">What a scaled label is multiplied by first; 1 for classes.</param>
/// <param name="Summary">One sentence: rows, columns, what was left out.</param>
internal sealed record ConvexNetTable(
    LabelledRows Rows,
    IReadOnlyList<string> Names,
    IReadOnlyList<string> Classes,
    ColumnScaling Scaling,
    double LabelMean,
    double LabelDeviation,
    string Summary)
{
    /// <summary>Reads a CSV file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">The column to predict.</param>
    /// <param name="skipsIncomplete">Whether rows with a missing value are skipped.</param>
    /// <exception cref="DataException">The file cannot be used.</exception>
    public static ConvexNetTable Load(string path, string label, bool skipsIncomplete)
    {
        NumericTable table = NumericTable.Load(path, label, null, skipsIncomplete);
        ColumnScaling scaling = ColumnScaling.Of(table);
        if (scaling.Kept.Count == 0)
        {
            throw new DataException($"'{path}' has no column besides '{label}' that differs between rows.");
        }

        string[] words = [.. table.Labels.Distinct(StringComparer.Ordinal)];
        bool isNumeric = words.All(IsNumber);
        if (words.Length < 2)
        {
            throw new DataException($"The column '{label}' of '{path}' is '{table.Labels[0]}' in every row; there is nothing to learn.");
        }

        if (!isNumeric && words.Length > 2)
        {
            throw new DataException(
                $"The column '{label}' of '{path}' has {words.Length} different words; a convex network predicts a number or tells two classes apart. Write one class against the others.");
        }

        string[] classes = words.Length > 2 ? [] : isNumeric ? [.. words.OrderBy(Number)] : [.. words.Order(StringComparer.Ordinal)];
        double[] labels = [.. table.Labels.Select(word => classes.Length == 0 ? Number(word) : word == classes[1] ? 1.0 : -1.0)];
        double mean = 0, deviation = 1;
        if (classes.Length == 0)
        {
            mean = labels.Average();
            deviation = Math.Sqrt(labels.Average(v => (v - mean) * (v - mean)));
            labels = [.. labels.Select(v => (v - mean) / deviation)];
        }

        string summary = $"'{path}': {table.Rows} rows, {scaling.Kept.Count} features, label '{label}' "
            + (classes.Length == 0 ? "a number" : $"'{classes[0]}' or '{classes[1]}'") + scaling.LeftOut(table);
        return new ConvexNetTable(
            new LabelledRows(scaling.Features, scaling.Kept.Count, labels), [.. scaling.Kept.Select(c => table.Names[c])], classes, scaling, mean, deviation, summary);
    }

    private static bool IsNumber(string word) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double v) && double.IsFinite(v);

    private static double Number(string word) => double.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture);
}
