using System.Globalization;
using Nabla.Problems.Datasets;

namespace Nabla.Experiments.ConvexNetworks;

/// <summary>Predicts the rows of a CSV file with a saved convex network.</summary>
public static class ConvexNetPrediction
{
    /// <summary>Writes one line a row: the number; or the class, its score and, with a radius, whether moved features could change it.</summary>
    /// <param name="file">The model.</param>
    /// <param name="data">A CSV file with the model's columns; others are not looked at.</param>
    /// <param name="skipsIncomplete">Whether rows with missing values are skipped; else they are an error.</param>
    /// <param name="output">Where to.</param>
    /// <returns>How many rows were predicted and how many skipped.</returns>
    /// <exception cref="DataException">The data cannot be used.</exception>
    public static (int Rows, int Skipped) Write(ConvexNetFile file, string data, bool skipsIncomplete, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(output);
        NumericTable table = NumericTable.Load(data, null, file.Names, skipsIncomplete);
        bool isNumber = file.Classes.Count == 0, isRobust = !isNumber && file.Radius > 0;
        output.Write(isNumber ? "prediction\n" : isRobust ? "prediction,score,certified\n" : "prediction,score\n");
        for (int i = 0; i < table.Rows; i++)
        {
            ReadOnlySpan<double> row = table.Features.AsSpan(i * file.Names.Count, file.Names.Count);
            string value = file.Predict(row).ToString("R", CultureInfo.InvariantCulture);
            output.Write(isNumber ? value : $"{CsvCell.Of(file.Classes[file.Predict(row) >= 0 ? 1 : 0])},{value}");
            output.Write(!isRobust ? "\n" : file.IsCertified(row) ? ",yes\n" : ",no\n");
        }

        return (table.Rows, table.Skipped);
    }
}
