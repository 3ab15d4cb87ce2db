using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Problems.Datasets;
using Nabla.Procedures.Convex;

namespace Nabla.Experiments.ConvexNetworks;

/// <summary>A convex network with the names and the scaling of its columns, as a JSON file.</summary>
/// <param name="Label">The column it predicts.</param>
/// <param name="Names">The columns it needs, in order.</param>
/// <param name="Classes">The class below 0 and that above; empty for numbers.</param>
/// <param name="Means">What is taken off each column.</param>
/// <param name="Deviations">What each column is divided by then.</param>
/// <param name="LabelMean">What is added to an output; 0 for classes.</param>
/// <param name="LabelDeviation">What an output is multiplied by first; 1 for classes.</param>
/// <param name="Radius">How far each scaled feature could be moved in training; 0: not at all.</param>
/// <param name="Network">The network on scaled features.</param>
public sealed record ConvexNetFile(
    string Label,
    IReadOnlyList<string> Names,
    IReadOnlyList<string> Classes,
    IReadOnlyList<double> Means,
    IReadOnlyList<double> Deviations,
    double LabelMean,
    double LabelDeviation,
    double Radius,
    ReluNetwork Network)
{
    private const string Format = "nabla-convexnet";

    /// <summary>The output for a row in the units of the file: a number, or a score whose sign is the class.</summary>
    /// <param name="row">The features as they stand in the table.</param>
    public double Predict(ReadOnlySpan<double> row) => LabelMean + (LabelDeviation * Network.Output(Scaled(row)));

    /// <summary>Whether no move of the scaled features by up to <see cref="Radius"/> changes the sign of the output.</summary>
    /// <param name="row">The features as they stand in the table.</param>
    public bool IsCertified(ReadOnlySpan<double> row)
    {
        double[] scaled = Scaled(row);
        double side = Network.Output(scaled) >= 0 ? 1 : -1;

        // The hinge loss is below 1 exactly where the worst output keeps its side.
        return Network.WorstLoss(new LabelledRows(scaled, scaled.Length, [side]), ReluLoss.Hinge, Radius) < 1;
    }

    /// <summary>Writes the file, to a temporary name first.</summary>
    /// <param name="path">The file; an old one is replaced.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path)
    {
        JsonObject document = new()
        {
            ["format"] = Format,
            ["version"] = 1,
            ["label"] = Label,
            ["features"] = new JsonArray([.. Names.Select(n => (JsonNode)n)]),
            ["classes"] = new JsonArray([.. Classes.Select(c => (JsonNode)c)]),
            ["means"] = Numbers(Means),
            ["deviations"] = Numbers(Deviations),
            ["label_mean"] = LabelMean,
            ["label_deviation"] = LabelDeviation,
            ["radius"] = Radius,
            ["intercept"] = Network.HasIntercept,
            ["units"] = new JsonArray([.. Enumerable.Range(0, Network.Width).Select(j => new JsonObject
            {
                ["hidden"] = Numbers(Network.HiddenWeights(j)),
                ["output"] = Network.OutputWeights[j],
            })]),
        };
        ReportPage.Write(document.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n", path);
    }

    /// <summary>Reads a file that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">The file is missing or no such model; the message says why.</exception>
    public static ConvexNetFile Load(string path) => SavedModel.Load(path, "network", "nabla convexnet fit", Format, Read);

    private static ConvexNetFile Read(JsonElement root)
    {
        string[] names = Texts(root.GetProperty("features")), classes = Texts(root.GetProperty("classes"));
        double[] means = Numbers(root.GetProperty("means")), deviations = Numbers(root.GetProperty("deviations"));
        bool hasIntercept = root.GetProperty("intercept").GetBoolean();
        JsonElement[] units = [.. root.GetProperty("units").EnumerateArray()];
        ReluNetwork network = new([.. units.Select(u => Numbers(u.GetProperty("hidden")))], [.. units.Select(u => u.GetProperty("output").GetDouble())], hasIntercept);
        int width = names.Length + (hasIntercept ? 1 : 0);
        if (means.Length != names.Length || deviations.Length != names.Length || classes.Length is not (0 or 2)
            || (network.Width > 0 && network.HiddenWeights(0).Count != width))
        {
            throw new FormatException($"it names {names.Length} columns and {classes.Length} classes, and its numbers are for others.");
        }

        double deviation = root.GetProperty("label_deviation").GetDouble(), radius = root.GetProperty("radius").GetDouble();
        return deviations.All(d => d > 0) && deviation > 0 && radius >= 0
            ? new ConvexNetFile(
                root.GetProperty("label").GetString()!, names, classes, means, deviations, root.GetProperty("label_mean").GetDouble(), deviation, radius, network)
            : throw new FormatException("a deviation is not above 0, or the radius is below 0.");
    }

    private double[] Scaled(ReadOnlySpan<double> row)
    {
        double[] scaled = row.ToArray();
        for (int c = 0; c < scaled.Length; c++)
        {
            scaled[c] = (scaled[c] - Means[c]) / Deviations[c];
        }

        return scaled;
    }

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetString()!)];

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetDouble())];

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => (JsonNode)v)]);
}
