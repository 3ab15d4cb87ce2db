using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Problems.Datasets;
using Nabla.Procedures.Mixtures;

namespace Nabla.Experiments.Mixtures;

/// <summary>A fitted mixture with the names of its columns, as a JSON file in the units of the data.</summary>
/// <param name="Label">The column it predicts.</param>
/// <param name="Names">The columns it needs, in order.</param>
/// <param name="Classes">The classes in order, empty for numbers.</param>
/// <param name="Model">The model; it has an intercept.</param>
public sealed record MixtureFile(string Label, IReadOnlyList<string> Names, IReadOnlyList<string> Classes, MixtureModel Model)
{
    private const string Format = "nabla-mixture";
    private const int MostExperts = 64;

    /// <summary>Writes the file, to a temporary name first.</summary>
    /// <param name="path">The file; an old one is replaced.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path)
    {
        JsonArray experts = [];
        for (int k = 0; k < Model.Shape.Experts; k++)
        {
            JsonArray rows = [];
            for (int row = 0; row < Model.Shape.RowsPerExpert; row++)
            {
                rows.Add(Numbers(Model.Coefficients(k, row)));
            }

            JsonObject expert = new() { ["gate"] = Numbers(Model.Gate(k)), ["coefficients"] = rows };
            if (Model.Variances.Length > 0)
            {
                expert["variance"] = Model.Variances[k];
            }

            experts.Add(expert);
        }

        JsonObject document = new()
        {
            ["format"] = Format,
            ["version"] = 1,
            ["kind"] = Model.Shape.Kind.ToString(),
            ["label"] = Label,
            ["features"] = new JsonArray([.. Names.Select(n => (JsonNode)n)]),
            ["classes"] = new JsonArray([.. Classes.Select(c => (JsonNode)c)]),
            ["experts"] = experts,
        };
        ReportPage.Write(document.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n", path);
    }

    /// <summary>Reads a file that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataException">The file is missing or no such model; the message says why.</exception>
    public static MixtureFile Load(string path) => SavedModel.Load(path, "mixture", "nabla mixture fit", Format, Read);

    private static MixtureFile Read(JsonElement root)
    {
        string[] names = [.. root.GetProperty("features").EnumerateArray().Select(n => n.GetString()!)];
        string[] classes = [.. root.GetProperty("classes").EnumerateArray().Select(n => n.GetString()!)];
        ExpertKind kind = Enum.Parse<ExpertKind>(root.GetProperty("kind").GetString()!);
        JsonElement[] experts = [.. root.GetProperty("experts").EnumerateArray()];
        if (experts.Length is 0 or > MostExperts || (kind != ExpertKind.Linear && classes.Length < 2))
        {
            throw new FormatException($"it has {experts.Length} experts and {classes.Length} classes.");
        }

        MixtureModel model = new(new MixtureShape(kind, names.Length, true, experts.Length, kind == ExpertKind.Linear ? 0 : classes.Length));
        for (int k = 0; k < experts.Length; k++)
        {
            Fill(experts[k].GetProperty("gate"), model.Gate(k));
            JsonElement[] rows = [.. experts[k].GetProperty("coefficients").EnumerateArray()];
            if (rows.Length != model.Shape.RowsPerExpert)
            {
                throw new FormatException($"expert {k + 1} has {rows.Length} rows of coefficients instead of {model.Shape.RowsPerExpert}.");
            }

            for (int row = 0; row < rows.Length; row++)
            {
                Fill(rows[row], model.Coefficients(k, row));
            }

            if (kind == ExpertKind.Linear)
            {
                model.Variances[k] = experts[k].GetProperty("variance").GetDouble();
                if (!(model.Variances[k] > 0))
                {
                    throw new FormatException($"the variance of expert {k + 1} is not above 0.");
                }
            }
        }

        return new MixtureFile(root.GetProperty("label").GetString()!, names, classes, model);
    }

    private static void Fill(JsonElement numbers, Span<double> target)
    {
        if (numbers.GetArrayLength() != target.Length)
        {
            throw new FormatException($"a function has {numbers.GetArrayLength()} numbers instead of {target.Length}.");
        }

        int i = 0;
        foreach (JsonElement number in numbers.EnumerateArray())
        {
            target[i++] = number.GetDouble();
        }
    }

    private static JsonArray Numbers(ReadOnlySpan<double> values)
    {
        JsonArray array = [];
        foreach (double value in values)
        {
            array.Add(value);
        }

        return array;
    }
}
