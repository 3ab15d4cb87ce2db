using Nabla.Core;
using Nabla.Experiments.Unlearning;
using Nabla.Problems.Datasets;

namespace Nabla.Experiments.Tests.Unlearning;

/// <summary>Settings for made profiles: what is tried, what the rule keeps, what the program ships.</summary>
public sealed class CalibrationTests(MadeModels made) : IClassFixture<MadeModels>
{
    // What a run needs beside the profiles, and so cannot be tried on them.
    private static readonly string[] s_outside = ["first-epoch-ga"];

    public static TheoryData<string> Methods => [.. UnlearningRun.Methods.Select(m => m.Name).Except(s_outside)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_has_as_many_settings_and_all_are_its_own(string method)
    {
        var grid = SettingGrids.Of(method);
        Assert.Equal(SettingGrids.Size, grid.Count);
        Assert.Equal(grid.Count, grid.Select(s => string.Join(' ', s.Select(v => v.Key + v.Value))).Distinct().Count());
        Assert.All(grid, setting =>
        {
            var plan = UnlearningSettings.With(Plan(method), setting);
            UnlearningRun.OptionsOf(method, plan.Options);
            UnlearningRun.Budget(plan, TestContext.Current.CancellationToken);
        });
    }

    [Fact]
    public void Nothing_else_is_tried()
    {
        Assert.Equal(Methods.Select(row => row.Data).Order(), SettingGrids.Methods.Order());
        Assert.Empty(SettingGrids.Of("first-epoch-ga"));
    }

    [Fact]
    public void What_ships_was_chosen_from_all_settings_of_every_method()
    {
        var shipped = ProfileSettings.Shipped;
        Assert.Equal(SettingGrids.Size, shipped.Trials);
        Assert.Equal(SettingGrids.Methods.Order(), shipped.Methods.Keys.Order());
        Assert.All(shipped.Methods, m => Assert.Contains(SettingGrids.Of(m.Key), s => s.Count == m.Value.Values.Count && !s.Except(m.Value.Values).Any()));
    }

    [Fact]
    public void The_rule_wants_forget_quality_first_and_then_utility()
    {
        static ChosenSetting Tried(double quality, double utility) => new(new Dictionary<string, string>(), quality, utility);
        Assert.Equal(0.6, ProfileCalibration.Best([Tried(-1, 0.4), Tried(-1.2, 0.6), Tried(-1.4, 0.9)])!.Utility);
        // None reaches 0.05, whose logarithm is -1.301.
        Assert.Equal(0.1, ProfileCalibration.Best([Tried(-3, 0.9), Tried(-1.31, 0.1), Tried(-2, 0.5)])!.Utility);
        Assert.Equal(0.5, ProfileCalibration.Best([Tried(-2, 0.1), Tried(-2, 0.5)])!.Utility);
        Assert.Equal(0.2, ProfileCalibration.Best([Tried(0, double.NaN), Tried(-9, 0.2), Tried(double.NaN, 1)])!.Utility);
        Assert.Null(ProfileCalibration.Best([]));
    }

    [Fact]
    public void A_setting_fills_in_what_the_plan_leaves_open()
    {
        var settings = new ProfileSettings(0, 6, 10, 1, 1, new Dictionary<string, ChosenSetting>
        {
            ["npo"] = new(new Dictionary<string, string> { ["epochs"] = "7", ["batch"] = "3", ["leads"] = "retain", ["optimizer.learningRate"] = "0.5", ["alpha"] = "4" }, 0, 0),
        });
        var plan = UnlearningSettings.ForProfiles(Plan("npo"), settings: settings);
        Assert.Equal((7, 3, ExampleSet.Retain), (plan.Epochs, plan.Batch, plan.Leads!.Value));
        Assert.Equal(("0.5", "0.01", "4"), (plan.OptimizerOptions["learningRate"], plan.OptimizerOptions["weightDecay"], plan.Options["alpha"]));
        plan = UnlearningSettings.ForProfiles(
            Plan("npo") with { Epochs = 2, Leads = ExampleSet.Forget, Optimizer = "sgd", Options = new Dictionary<string, string> { ["alpha"] = "1" } }, true, settings);
        Assert.Equal((2, ExampleSet.Forget, "1"), (plan.Epochs, plan.Leads!.Value, plan.Options["alpha"]));
        Assert.Empty(plan.OptimizerOptions);
        string Says(string name, string value) => Assert.Throws<DataException>(() => UnlearningSettings.With(Plan("npo"), new Dictionary<string, string> { [name] = value })).Message;
        Assert.Contains("it is a whole number from 1 on", Says("epochs", "0"), StringComparison.Ordinal);
        Assert.Contains("it is forget or retain", Says("leads", "both"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_tunes_on_profiles_of_its_own_and_writes_what_it_chose()
    {
        ProfileStudyPlan plan = new()
        {
            Profiles = made.Folder,
            Methods = ["gradient-difference"],
            Authors = 6,
            TrainingEpochs = 30,
            Seed = 5,
            Trials = 2,
            Home = made.Home,
            ReportFolder = made.At("tuned"),
        };
        var result = ProfileStudy.Run(plan, null, TestContext.Current.CancellationToken);
        Assert.Equal((1005L, 2), (result.Settings.Seed, result.Settings.Trials));
        var chosen = result.Settings.Methods["gradient-difference"];
        Assert.Contains(SettingGrids.Of("gradient-difference"), s => s.SequenceEqual(chosen.Values));
        Assert.Equal(chosen.Values["alpha"], result.Methods[0].Options["alpha"]);
        Assert.Equal(int.Parse(chosen.Values["epochs"], System.Globalization.CultureInfo.InvariantCulture), result.Methods[0].Epochs);
        Assert.NotEqual(File.ReadAllText(made.At("full.json")), File.ReadAllText(made.At("calibration/full.json")));
        var loaded = ProfileSettings.Load(result.SettingsFile!);
        Assert.Equal(chosen.Values, loaded.Methods["gradient-difference"].Values);
        Assert.Contains("2 settings of each method were tried on other profiles (6 authors, 10 % forgotten, seed 1005)", File.ReadAllText(result.Report), StringComparison.Ordinal);
        var again = ProfileStudy.Run(plan with { Trials = 0, SettingsFile = result.SettingsFile }, null, TestContext.Current.CancellationToken);
        Assert.Equal(result.Methods[0].Value("model_utility"), again.Methods[0].Value("model_utility"));
        Assert.Null(again.SettingsFile);
    }

    [Fact]
    public void Wrong_files_and_numbers_of_trials_are_refused()
    {
        Assert.Contains("cannot be read", Assert.Throws<DataException>(() => ProfileSettings.Load(made.At("nothing"))).Message, StringComparison.Ordinal);
        Assert.Contains("holds no settings", Assert.Throws<DataException>(() => ProfileSettings.Load(made.At("full.json"))).Message, StringComparison.Ordinal);
        var path = made.At("half.json");
        File.WriteAllText(path, "{\"seed\": 1}");
        Assert.Contains("holds no settings", Assert.Throws<DataException>(() => ProfileSettings.Load(path)).Message, StringComparison.Ordinal);
        ProfileStudyPlan plan = new() { Profiles = made.Folder, Methods = ["npo"], Trials = 13 };
        Assert.Throws<ArgumentOutOfRangeException>(() => ProfileCalibration.Run(plan, null, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProfileCalibration.Run(plan with { Trials = 0 }, null, TestContext.Current.CancellationToken));
    }

    private static UnlearningPlan Plan(string method) => new() { Model = "", Forget = "", Method = method };
}
