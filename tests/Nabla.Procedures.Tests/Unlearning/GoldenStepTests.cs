using System.Text.Json;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Unlearning;

/// <summary>MinNorm-OG and what it is compared with, step by step, against an independent program on a network of one hidden layer.</summary>
public sealed class GoldenStepTests
{
    private const int Inputs = 2;
    private const int Hidden = 4;

    private static readonly string s_folder = Path.Combine(GoldenVector.Folder, "unlearning-steps");

    public static TheoryData<string> Cases =>
        [.. Directory.GetFiles(s_folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Where(name => name != "closed-forms").Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_step_is_that_of_an_independent_program(string name)
    {
        var golden = Read(name);
        var expected = golden.GetProperty("expected").EnumerateArray().Select(Numbers).ToArray();
        var classes = golden.GetProperty("classes").GetInt32();
        using var model = Model(Numbers(golden.GetProperty("start")), classes);
        ExampleRows forget = Rows(golden.GetProperty("forget")), retain = Rows(golden.GetProperty("keep"));
        Func<Seed, Module> untrained = _ => Model(Numbers(golden.GetProperty("fresh")), classes);
        IUnlearningTask task = classes > 0
            ? new ClassUnlearningTask(model, classes, forget, retain, untrained)
            : new RegressionUnlearningTask(model, forget, retain, untrained);
        var options = (UnlearnerOptions)Catalogue.Find(golden.GetProperty("method").GetString()!).CreateOptions(
            golden.GetProperty("settings").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetRawText()));
        List<double[]> seen = [];
        options.Create().Forget(
            task,
            new UnlearningBudget
            {
                Optimizer = golden.GetProperty("optimizer").GetString() == "sgd"
                    ? new SgdOptions { LearningRate = 0.05, Momentum = 0.9 }
                    : new AdamWOptions { LearningRate = 0.01, WeightDecay = 0.1 },
                Epochs = expected.Length,
                BatchSize = retain.Count,
                Leads = ExampleSet.Retain,
            },
            (in UnlearningStep _) => seen.Add(TinyTask.Weights(model)));
        Assert.Equal(expected.Length, seen.Count);
        for (var step = 0; step < seen.Count; step++)
        {
            Drawn.Close(expected[step], seen[step], 1e-9);
        }
    }

    [Fact]
    public void Every_baseline_of_the_paper_has_a_case() => Assert.Superset(
        new HashSet<string>
        {
            "minnorm-og", "gradient-descent", "gradient-ascent", "neg-grad-plus", "ridge", "l1-sparse", "retraining", "unlearn-sparse", "scrub", "salun",
        },
        Cases.Select(row => Read(row.Data).GetProperty("method").GetString()!).ToHashSet());

    [Fact]
    public void Closed_forms_are_those_of_an_independent_program()
    {
        var golden = Read("closed-forms");
        var linear = golden.GetProperty("linear");
        Drawn.Close(Numbers(linear.GetProperty("expected")), LinearUnlearning.Forget(Numbers(linear.GetProperty("theta")), Matrix(linear.GetProperty("rows"))));
        var deep = golden.GetProperty("deep");
        var network = new DeepLinearNetwork(
            [.. deep.GetProperty("layers").EnumerateArray().Select(Matrix)], Numbers(deep.GetProperty("last"))).ForgetInFirstLayer(Matrix(deep.GetProperty("rows")));
        Drawn.Close([.. Matrix(deep.GetProperty("expected")).Cast<double>()], [.. network.Layers[0].Cast<double>()]);
        Drawn.Close(Numbers(deep.GetProperty("predictor")), network.Predictor);
    }

    private static SmoothPerceptron Model(double[] values, int classes)
    {
        var model = new SmoothPerceptron([Inputs, Hidden, Math.Max(1, classes)], default, DType.Float64);
        using var mode = GradMode.Disable();
        var at = 0;
        foreach (var parameter in model.Parameters)
        {
            var count = (int)parameter.Value.ElementCount;
            using var part = Tensor.From<double>(values[at..(at + count)], parameter.Value.Shape.ToArray());
            parameter.Value.CopyFrom(part);
            at += count;
        }

        Assert.Equal(values.Length, at);
        return model;
    }

    private static JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, name + ".json"))).RootElement;

    private static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(v => v.GetDouble())];

    private static ExampleRows Rows(JsonElement pair) => new(
        [.. Numbers(pair[0]).Select(x => (float)x)], Inputs, [.. Numbers(pair[1]).Select(x => (float)x)]);

    private static double[,] Matrix(JsonElement rows)
    {
        var all = rows.EnumerateArray().Select(Numbers).ToArray();
        var made = new double[all.Length, all[0].Length];
        for (var i = 0; i < all.Length; i++)
        {
            for (var j = 0; j < all[i].Length; j++)
            {
                made[i, j] = all[i][j];
            }
        }

        return made;
    }
}
