using System.Globalization;
using System.Text.Json;

namespace Nabla.Cli.Tests;

public sealed class TraceTests
{
    private const int Steps = 12;

    public static TheoryData<string, double> Lanes => new() { { "double", 1e-12 }, { "float", 1e-6 }, { "tensor", 1e-6 } };

    [Theory]
    [MemberData(nameof(Lanes))]
    public void Sgd_agrees_with_scalar_code(string lane, double tolerance) => Compare(
        lane,
        tolerance,
        "sgd",
        ["learningRate=0.07", "momentum=0.8", "weightDecay=0.03", "nesterov=true"],
        (value, gradients) => ReferenceRules.Sgd(
            value, [.. gradients.Select(g => (double?)g)], 0.07, momentum: 0.8, decay: 0.03, nesterov: true));

    [Theory]
    [MemberData(nameof(Lanes))]
    public void Sgd_with_dampening_and_maximize_agrees_with_scalar_code(string lane, double tolerance) => Compare(
        lane,
        tolerance,
        "sgd",
        ["learningRate=0.07", "momentum=0.8", "dampening=0.3", "maximize=true"],
        (value, gradients) => ReferenceRules.Sgd(
            value, [.. gradients.Select(g => (double?)g)], 0.07, momentum: 0.8, dampening: 0.3, maximize: true));

    [Theory]
    [MemberData(nameof(Lanes))]
    public void AdamW_agrees_with_scalar_code(string lane, double tolerance) => Compare(
        lane,
        tolerance,
        "adamw",
        ["learningRate=0.02", "beta1=0.85", "beta2=0.97", "epsilon=1e-6", "weightDecay=0.1"],
        (value, gradients) => ReferenceRules.AdamW(value, gradients, 0.02, 0.85, 0.97, 1e-6, 0.1));

    [Theory]
    [MemberData(nameof(Lanes))]
    public void MvnGrad_agrees_with_scalar_code(string lane, double tolerance) => Compare(
        lane,
        tolerance,
        "mvn-grad",
        ["learningRate=0.02", "beta1=0.85", "beta2=0.97", "epsilon=1e-6"],
        (value, gradients) => ReferenceRules.MvnGrad(value, gradients, 0.02, 0.85, 0.97, 1e-6));

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        using TemporaryFolder folder = new();
        string input = folder.File("in.json", "\uFEFF" + """{"parameters": {"w": {"shape": [1], "values": [1]}}, "gradients": [{"w": [1]}]}""");
        Assert.Equal(0xEF, File.ReadAllBytes(input)[0]);
        NablaProcess.Run(folder.Environment, "trace", "--optimizer", "sgd", "--input", input).Json();
    }

    [Theory]
    [InlineData("""{"parameters": {"": {"shape": [1], "values": [1]}}, "gradients": []}""", "has an empty name")]
    [InlineData("""{"parameters": {"\ud800": {"shape": [1], "values": [1]}}, "gradients": []}""", "is not valid JSON")]
    [InlineData("""{"parameters": {"w": {"shape": [2], "values": [1, 1e300]}}, "gradients": []}""", "parameters.w.values[1] is 1E+300, which is beyond single precision")]
    [InlineData("""{"parameters": {"w": {"shape": [1], "values": [1]}}, "gradients": [{}, {"w": [-1e39]}]}""", "gradients[1].w[0] is -1E+39, which is beyond single precision")]
    public void An_input_that_cannot_be_traced_is_answered_with_its_place(string json, string sentence)
    {
        using TemporaryFolder folder = new();
        string input = folder.File("in.json", json);
        foreach (string lane in (string[])["float", "tensor"])
        {
            NablaProcess.Run(folder.Environment, "trace", "--optimizer", "adam", "--lane", lane, "--input", input).Fails(2, sentence);
        }
    }

    [Fact]
    public void A_method_for_matrices_says_what_it_does_not_take()
    {
        using TemporaryFolder folder = new();
        string input = folder.File(
            "in.json", """{"parameters": {"w": {"shape": [1, 2], "values": [1, 2]}, "b": {"shape": [2], "values": [1, 2]}}, "gradients": []}""");
        NablaProcess.Run(folder.Environment, "trace", "--optimizer", "muon", "--input", input).Fails(2, "muon takes parameters of role", "'b' (2) is of role Vector");
    }

    [Fact]
    public void A_step_without_a_gradient_leaves_the_parameter()
    {
        using TemporaryFolder folder = new();
        string input = folder.File(
            "in.json",
            """{"parameters": {"w": {"shape": [], "values": [1]}}, "gradients": [{"w": [0.5]}, {}, {"w": [-1]}]}""");
        JsonElement document = NablaProcess.Run(
            folder.Environment, "trace", "--optimizer", "sgd", "--set", "learningRate=0.1", "--set", "momentum=0.5",
            "--lane", "double", "--input", input).Json();
        double[] expected = ReferenceRules.Sgd(1, [0.5, null, -1], 0.1, momentum: 0.5);
        double[] actual = [.. document.GetProperty("parameters").EnumerateArray().Select(
            step => step.GetProperty("w")[0].GetDouble())];
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void The_document_names_the_method_and_every_option()
    {
        using TemporaryFolder folder = new();
        string input = folder.File(
            "in.json", """{"parameters": {"w": {"shape": [1], "values": [1]}}, "gradients": [], "losses": []}""");
        JsonElement document = NablaProcess.Run(
            folder.Environment, "trace", "--optimizer", "adamw", "--set", "beta1=0.8", "--input", input, "--json").Json();
        Assert.Equal("adamw", document.GetProperty("optimizer").GetString());
        Assert.Equal(0.8, document.GetProperty("options").GetProperty("beta1").GetDouble());
        Assert.Equal(0.999, document.GetProperty("options").GetProperty("beta2").GetDouble());
        Assert.Equal(0, document.GetProperty("parameters").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"parameters": {"w": {"shape": [2,3], "values": [1,2]}}, "gradients": []}""", "shape [2, 3]", "6")]
    [InlineData("""{"parameters": {"w": {"shape": [1], "values": [1]}}, "gradients": [{"v": [1]}]}""", "gradients[0]", "'v'")]
    [InlineData("""{"parameters": {"w": {"shape": [1], "values": [1]}}, "gradients": [{"w": [1,2]}]}""", "gradients[0].w", "2 values")]
    [InlineData("""{"parameters": {"w": {"shape": [1], "values": ["x"]}}, "gradients": []}""", "values[0]", "finite number")]
    [InlineData("""{"parameters": {"w": {"shape": [1], "values": [NaN]}}, "gradients": []}""", "not valid JSON")]
    [InlineData("""{"parameters": {"w": {"shape": [1], "values": [1e999]}}, "gradients": []}""", "values[0]", "finite number")]
    [InlineData("""{"parameters": {"w": {"shape": [-1], "values": []}}, "gradients": []}""", "w.shape", "-1")]
    [InlineData("""{"parameters": {"w": {"shape": [1], "values": [1]}}, "gradients": [{"w": [1]}], "losses": []}""", "0 losses", "1 steps")]
    [InlineData("""{"parameters": {}, "gradients": []}""", "no parameters")]
    [InlineData("""{"parameters": {"w": {"shape": [1], "values": [1]}}}""", "no entry 'gradients'")]
    [InlineData("""{"parameters": {"w": {"shape": [9223372036854775807, 9223372036854775807], "values": []}}, "gradients": []}""", "w.shape")]
    [InlineData("""{"parameters": {"w": {"shape": [1], "values": [1]}}, "gradients": {}, "x": 1}""", "'x'")]
    [InlineData("[1, 2", "not valid JSON")]
    public void A_wrong_input_is_wrong_usage_that_says_where(string contents, params string[] words)
    {
        using TemporaryFolder folder = new();
        string input = folder.File("in.json", contents);
        NablaProcess.Run(folder.Environment, "trace", "--optimizer", "sgd", "--input", input).Fails(2, words);
    }

    [Fact]
    public void A_missing_input_is_wrong_usage()
    {
        NablaProcess.Run("trace", "--optimizer", "sgd", "--input", "no-such-file.json").Fails(2, "no-such-file.json", "does not exist");
        NablaProcess.Run("trace", "--optimizer", "sgd").Fails(2, "--input");
    }

    private static void Compare(
        string lane, double tolerance, string optimizer, string[] settings, Func<double, double[], double[]> reference)
    {
        using TemporaryFolder folder = new();
        Random random = new(11);
        double[] start = [.. Enumerable.Range(0, 6).Select(_ => (double)(float)((random.NextDouble() * 4) - 2))];
        double[][] gradients = [.. Enumerable.Range(0, Steps).Select(
            _ => Enumerable.Range(0, 6).Select(_ => (double)(float)((random.NextDouble() * 2) - 0.7)).ToArray())];
        string steps = string.Join(',', gradients.Select(step => $"{{\"w\": [{Join(step[..4])}], \"b\": [{Join(step[4..])}]}}"));
        string input = folder.File(
            "in.json",
            $"{{\"parameters\": {{\"w\": {{\"shape\": [2,2], \"values\": [{Join(start[..4])}]}}, "
            + $"\"b\": {{\"shape\": [2], \"values\": [{Join(start[4..])}]}}}}, \"gradients\": [{steps}]}}");
        JsonElement document = NablaProcess.Run(
            folder.Environment,
            ["trace", "--optimizer", optimizer, "--input", input, "--lane", lane, .. settings.SelectMany(s => new[] { "--set", s })])
            .Json();
        Assert.Equal(Steps, document.GetProperty("parameters").GetArrayLength());
        for (int i = 0; i < 6; i++)
        {
            double[] expected = reference(start[i], [.. gradients.Select(step => step[i])]);
            for (int t = 0; t < Steps; t++)
            {
                JsonElement step = document.GetProperty("parameters")[t];
                double actual = (i < 4 ? step.GetProperty("w")[i] : step.GetProperty("b")[i - 4]).GetDouble();
                double scale = Math.Max(Math.Abs(expected[t]), 0.1);
                Assert.True(
                    Math.Abs(actual - expected[t]) <= tolerance * scale,
                    $"{optimizer}, {lane}, element {i}, step {t + 1}: {actual:R} instead of {expected[t]:R}.");
            }
        }
    }

    private static string Join(IEnumerable<double> values) =>
        string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
