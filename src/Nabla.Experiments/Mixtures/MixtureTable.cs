using System.Globalization;
using Nabla.Core;
using Nabla.Problems.Datasets;
using Nabla.Procedures.Mixtures;

namespace Nabla.Experiments.Mixtures;

/// <summary>A table made ready for a mixture: columns of mean 0 and deviation 1, labels as the experts need them.</summary>
public sealed class MixtureTable
{
    private const int MostClasses = 50;
    private const int MostNumericClasses = 2;

    private readonly double[] _means;
    private readonly double[] _deviations;
    private readonly double _labelMean;
    private readonly double _labelDeviation;

    private MixtureTable(
        LabelledRows rows, ExpertKind kind, IReadOnlyList<string> names, IReadOnlyList<string> classes, double[] means, double[] deviations,
        double labelMean, double labelDeviation, string summary)
    {
        (Rows, Kind, Names, Classes, Summary) = (rows, kind, names, classes, summary);
        (_means, _deviations, _labelMean, _labelDeviation) = (means, deviations, labelMean, labelDeviation);
    }

    /// <summary>The scaled rows.</summary>
    public LabelledRows Rows { get; }

    /// <summary>What experts predict.</summary>
    public ExpertKind Kind { get; }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The classes: of a logistic label -1 and then 1; empty for numbers.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>One sentence: how many rows and columns, what was left out.</summary>
    public string Summary { get; }

    /// <summary>What is added to a mean negative log-likelihood of scaled labels to get that of the labels as given.</summary>
    public double LogScale => Math.Log(_labelDeviation);

    /// <summary>Reads a CSV file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">The column to predict.</param>
    /// <param name="kind">What experts predict; null: numbers where the label has more than two different numbers, else classes.</param>
    /// <param name="skipsIncomplete">Whether rows with a missing value are skipped.</param>
    /// <exception cref="DataException">The file cannot be used; the message says why.</exception>
    public static MixtureTable Load(string path, string label, ExpertKind? kind, bool skipsIncomplete)
    {
        NumericTable table = NumericTable.Load(path, label, null, skipsIncomplete);
        string[] words = [.. table.Labels.Distinct(StringComparer.Ordinal)];
        bool numbers = words.All(w => double.TryParse(w, NumberStyles.Float, CultureInfo.InvariantCulture, out double v) && double.IsFinite(v));
        ExpertKind chosen = kind ?? (numbers && words.Length > MostNumericClasses
            ? ExpertKind.Linear
            : words.Length == 2 ? ExpertKind.Logistic : ExpertKind.Multinomial);
        (double[] labels, string[] classes, double mean, double deviation) = chosen == ExpertKind.Linear
            ? Numbers(path, label, table, numbers)
            : Classed(path, label, table, words, chosen, numbers);
        ColumnScaling scaling = ColumnScaling.Of(table);
        if (scaling.Kept.Count == 0)
        {
            throw new DataException($"'{path}' has no column besides '{label}' that differs between rows.");
        }

        string summary = $"'{path}': {table.Rows} rows, {scaling.Kept.Count} features, label '{label}' "
            + (chosen == ExpertKind.Linear ? "a number" : $"of {classes.Length} classes") + scaling.LeftOut(table);
        return new MixtureTable(
            new LabelledRows(scaling.Features, scaling.Kept.Count, labels), chosen, [.. scaling.Kept.Select(c => table.Names[c])], classes,
            scaling.Means, scaling.Deviations, mean, deviation, summary);
    }

    /// <summary>The model in the units of the file.</summary>
    /// <param name="model">A model of the scaled rows.</param>
    public MixtureModel Unscaled(MixtureModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        MixtureModel result = model.Copy();
        for (int k = 0; k < model.Shape.Experts; k++)
        {
            Unscale(result.Gate(k), 1, 0);
            for (int row = 0; row < model.Shape.RowsPerExpert; row++)
            {
                Unscale(result.Coefficients(k, row), _labelDeviation, _labelMean);
            }

            if (result.Variances.Length > 0)
            {
                result.Variances[k] *= _labelDeviation * _labelDeviation;
            }
        }

        return result;
    }

    /// <summary>A scaled feature in the unit of the file.</summary>
    /// <param name="column">Its number.</param>
    /// <param name="value">The scaled value.</param>
    public double Unscaled(int column, double value) => _means[column] + (_deviations[column] * value);

    private static (double[] Labels, string[] Classes, double Mean, double Deviation) Numbers(string path, string label, NumericTable table, bool numbers)
    {
        if (!numbers)
        {
            throw new DataException($"The column '{label}' of '{path}' holds words; linear experts predict numbers. Choose --kind logistic or multinomial.");
        }

        double[] values = [.. table.Labels.Select(w => double.Parse(w, NumberStyles.Float, CultureInfo.InvariantCulture))];
        double mean = values.Average();
        double deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        if (!(deviation > 0))
        {
            throw new DataException($"The column '{label}' of '{path}' is '{table.Labels[0]}' in every row; there is nothing to learn.");
        }

        return ([.. values.Select(v => (v - mean) / deviation)], [], mean, deviation);
    }

    private static (double[] Labels, string[] Classes, double Mean, double Deviation) Classed(
        string path, string label, NumericTable table, string[] words, ExpertKind kind, bool numbers)
    {
        string[] classes = numbers
            ? [.. words.OrderBy(w => double.Parse(w, NumberStyles.Float, CultureInfo.InvariantCulture))]
            : [.. words.Order(StringComparer.Ordinal)];
        if (classes.Length < 2)
        {
            throw new DataException($"The column '{label}' of '{path}' is '{table.Labels[0]}' in every row; there is nothing to learn.");
        }

        if (kind == ExpertKind.Logistic && classes.Length != 2)
        {
            throw new DataException(
                $"The column '{label}' of '{path}' has {classes.Length} different values; logistic experts tell two apart. Choose --kind {(numbers ? "linear or " : "")}multinomial.");
        }

        if (classes.Length > MostClasses)
        {
            throw new DataException(
                $"The column '{label}' of '{path}' has {classes.Length} different values; at most {MostClasses} classes can be told apart.{(numbers ? " Choose --kind linear for numbers." : "")}");
        }

        Dictionary<string, int> places = classes.Select((c, i) => (c, i)).ToDictionary(p => p.c, p => p.i, StringComparer.Ordinal);
        return (
            [.. table.Labels.Select(w => kind == ExpertKind.Logistic ? (2.0 * places[w]) - 1 : places[w])], classes, 0, 1);
    }

    private void Unscale(Span<double> function, double factor, double shift)
    {
        for (int c = 0; c < _means.Length; c++)
        {
            function[c] /= _deviations[c];
            function[^1] -= function[c] * _means[c];
        }

        foreach (ref double value in function)
        {
            value *= factor;
        }

        function[^1] += shift;
    }
}
