using System.Globalization;
using System.Text;
using Nabla.Problems.Datasets;
using Nabla.Procedures.Mixtures;

namespace Nabla.Experiments.Mixtures;

/// <summary>Predicts the rows of a CSV file with a saved mixture.</summary>
public static class MixturePrediction
{
    /// <summary>Writes one line a row: the prediction, its deviation or the probability of each class, and each expert's gate.</summary>
    /// <param name="file">The model.</param>
    /// <param name="data">A CSV file with the model's columns; others are not looked at.</param>
    /// <param name="skipsIncomplete">Whether rows with missing values are skipped; else they are an error.</param>
    /// <param name="output">Where to.</param>
    /// <returns>How many rows were predicted and how many skipped.</returns>
    /// <exception cref="DataException">The data cannot be used.</exception>
    public static (int Rows, int Skipped) Write(MixtureFile file, string data, bool skipsIncomplete, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(output);
        NumericTable table = NumericTable.Load(data, null, file.Names, skipsIncomplete);
        MixtureModel model = file.Model;
        int experts = model.Shape.Experts;
        bool linear = model.Shape.Kind == ExpertKind.Linear;
        List<string> heads = ["prediction"];
        heads.AddRange(linear ? ["deviation"] : file.Classes.Select(c => $"p({c})"));
        heads.Add("expert");
        heads.AddRange(Enumerable.Range(1, experts).Select(k => FormattableString.Invariant($"gate_{k}")));
        output.Write(string.Join(',', heads.Select(CsvCell.Of)) + "\n");
        double[] gate = new double[experts], one = new double[Math.Max(1, model.Shape.Classes)];
        StringBuilder line = new();
        for (int i = 0; i < table.Rows; i++)
        {
            ReadOnlySpan<double> row = table.Features.AsSpan(i * file.Names.Count, file.Names.Count);
            double[] prediction = model.Predict(row);
            model.GateAt(row, gate);
            line.Clear();
            if (linear)
            {
                double variance = 0;
                for (int k = 0; k < experts; k++)
                {
                    model.ExpertAt(k, row, one);
                    variance += gate[k] * (model.Variances[k] + ((one[0] - prediction[0]) * (one[0] - prediction[0])));
                }

                line.Append(CultureInfo.InvariantCulture, $"{prediction[0]:R},{Math.Sqrt(variance):R}");
            }
            else
            {
                line.Append(CsvCell.Of(file.Classes[Array.IndexOf(prediction, prediction.Max())]));
                foreach (double p in prediction)
                {
                    line.Append(CultureInfo.InvariantCulture, $",{p:R}");
                }
            }

            line.Append(CultureInfo.InvariantCulture, $",{Array.IndexOf(gate, gate.Max()) + 1}");
            foreach (double p in gate)
            {
                line.Append(CultureInfo.InvariantCulture, $",{p:R}");
            }

            output.Write(line.Append('\n').ToString());
        }

        return (table.Rows, table.Skipped);
    }
}
