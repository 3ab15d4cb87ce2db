using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Nabla.Cli.Tests;

public sealed class ConvexNetTests
{
    [Fact]
    public void Fit_OfANumber_LearnsTheKinkAndPredictsInTheUnitsOfTheFile()
    {
        using TemporaryFolder folder = new();
        string data = folder.File("houses.csv", Kinks(120)), model = Path.Combine(folder.Path, "model.json");
        JsonElement fit = Fit(folder, data, "price", "--model", model);
        Assert.Equal("number", fit.GetProperty("kind").GetString());
        Assert.Equal((96, 24, 2), (fit.GetProperty("rows").GetInt32(), fit.GetProperty("validation_rows").GetInt32(), fit.GetProperty("features").GetInt32()));

        // Without a kink the error would be 10 or more: the slope is 20 on either side.
        Assert.InRange(fit.GetProperty("validation_error").GetDouble(), 0, 3);
        string predictions = Path.Combine(folder.Path, "p.csv");
        Assert.Equal(120, Predict(folder, model, data, predictions).GetProperty("rows").GetInt32());
        string[] lines = File.ReadAllLines(predictions), rows = File.ReadAllLines(data);
        Assert.Equal("prediction", lines[0]);
        Assert.Equal(121, lines.Length);
        double square = lines.Skip(1).Zip(rows.Skip(1), (line, row) => Math.Pow(Number(line) - Number(row.Split(',')[2]), 2)).Average();
        Assert.InRange(Math.Sqrt(square), 0, 3);
        Assert.Contains("convexnet:price", NablaProcess.Run(folder.Environment, "runs", "list").Output, StringComparison.Ordinal);
        JsonElement again = Fit(folder, data, "price", "--model", model);
        Assert.Equal(fit.GetProperty("loss").GetDouble(), again.GetProperty("loss").GetDouble());
        JsonElement none = Fit(folder, data, "price", "--validation", "0");
        Assert.Equal((120, 0), (none.GetProperty("rows").GetInt32(), none.GetProperty("validation_rows").GetInt32()));
        Assert.Equal(JsonValueKind.Null, none.GetProperty("validation_error").ValueKind);
    }

    [Fact]
    public void Fit_AgainstMovedFeatures_CertifiesRows()
    {
        using TemporaryFolder folder = new();
        string data = folder.File("cells.csv", Rings(90)), model = Path.Combine(folder.Path, "model.json");
        JsonElement plain = Fit(folder, data, "kind");
        Assert.Equal("classes", plain.GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Null, plain.GetProperty("certified").ValueKind);
        Assert.InRange(plain.GetProperty("training_error").GetDouble(), 0, 0.05);
        JsonElement robust = Fit(folder, data, "kind", "--method", "convex-robust-relu", "--set", "radius=0.1", "--model", model);
        double certified = robust.GetProperty("certified").GetDouble();
        Assert.InRange(certified, 0.6, 1);
        string predictions = Path.Combine(folder.Path, "p.csv");
        Predict(folder, model, data, predictions);
        string[] lines = File.ReadAllLines(predictions), rows = File.ReadAllLines(data);
        Assert.Equal("prediction,score,certified", lines[0]);
        int right = 0, held = 0;
        for (int i = 1; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(',');
            Assert.Equal(cells[0] == "out", Number(cells[1]) >= 0);
            bool isRight = cells[0] == rows[i].Split(',')[3];
            right += isRight ? 1 : 0;
            held += isRight && cells[2] == "yes" ? 1 : 0;
        }

        Assert.InRange(right, 80, 90);
        Assert.Equal(certified, held / 90.0, 1e-9);
        JsonElement wide = Fit(folder, data, "kind", "--method", "convex-robust-relu", "--set", "radius=0.4");
        Assert.True(wide.GetProperty("loss").GetDouble() > robust.GetProperty("loss").GetDouble());
    }

    [Theory]
    [InlineData("--label nothing", "has no column 'nothing'")]
    [InlineData("--label colour", "has 3 different words")]
    [InlineData("--label same", "is '7' in every row; there is nothing to learn")]
    [InlineData("--label x --set loss=hinge", "is a number, for which the loss must be squared")]
    [InlineData("--label x --set beta=-1", "Beta was -1")]
    [InlineData("--label x --set betta=1", "betta")]
    [InlineData("--label x --set radius=0.1", "radius")]
    [InlineData("--label x --method adamw", "--method")]
    [InlineData("--label x --validation 1", "--validation")]
    [InlineData("--label x --validation 0.9", "rows to train on; at least 5 are needed")]
    public void What_is_wrong_gets_a_sentence(string arguments, string sentence)
    {
        using TemporaryFolder folder = new();
        string data = folder.File("t.csv", "x,y,colour,same\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"{i},{i * i},{"rgb"[i % 3]},7\n")));
        NablaResult result = NablaProcess.Run(folder.Environment, ["convexnet", "fit", "--data", data, .. arguments.Split(' ')]);
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void TooManyRowsForTheRobustForm_AreRefused_AndSoIsAModelOfAnotherKind()
    {
        using TemporaryFolder folder = new();
        string data = folder.File("cells.csv", Rings(2000));
        NablaResult large = NablaProcess.Run(folder.Environment, "convexnet", "fit", "--data", data, "--label", "kind", "--method", "convex-robust-relu");
        Assert.Equal(2, large.Code);
        Assert.Contains("a matrix of 4800 rows and columns", large.Error, StringComparison.Ordinal);
        string other = folder.File("other.json", """{"format":"nabla-mixture","version":1}""");
        NablaResult result = NablaProcess.Run(folder.Environment, "convexnet", "predict", "--model", other, "--data", data, "--output", Path.Combine(folder.Path, "p.csv"));
        Assert.Equal(2, result.Code);
        Assert.Contains("is no network that 'nabla convexnet fit' saved: its format is not nabla-convexnet version 1.", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "p.csv")));
    }

    private static JsonElement Fit(TemporaryFolder folder, string data, string label, params string[] more) => NablaProcess.Run(
        folder.Environment, ["convexnet", "fit", "--data", data, "--label", label, "--set", "patterns=40", "--iterations", "600", "--json", .. more]).Json();

    private static JsonElement Predict(TemporaryFolder folder, string model, string data, string output) =>
        NablaProcess.Run(folder.Environment, "convexnet", "predict", "--model", model, "--data", data, "--output", output, "--json").Json();

    /// <summary>A roof over x, with a column of another scale.</summary>
    private static string Kinks(int rows)
    {
        StringBuilder csv = new("x,area,price\n");
        for (int i = 0; i < rows; i++)
        {
            double x = -2 + (4.0 * i / rows), area = 1000 * Math.Sin(7.0 * i);
            csv.Append(CultureInfo.InvariantCulture, $"{x},{area},{500 - (20 * Math.Abs(x)) + (0.01 * area)}\n");
        }

        return csv.ToString();
    }

    /// <summary>A disk in a ring with a gap between them.</summary>
    private static string Rings(int rows)
    {
        StringBuilder csv = new("x,y,colour,kind\n");
        for (int i = 0; i < rows; i++)
        {
            double radius = i % 2 == 0 ? 1.0 * (i % 7) / 7 : 2 + ((i % 5) / 5.0), angle = 2.399963 * i;
            csv.Append(CultureInfo.InvariantCulture, $"{10 * radius * Math.Cos(angle)},{5 + (radius * Math.Sin(angle))},red,{(i % 2 == 0 ? "in" : "out")}\n");
        }

        return csv.ToString();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
