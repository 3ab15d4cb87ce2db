using System.Globalization;
using Nabla.Core;
using Nabla.Problems.Datasets;

namespace Nabla.Experiments.Unlearning;

/// <summary>What methods of unlearning are set to where a user says nothing: the benchmarks' common setting, and those for the small made profiles.</summary>
public static class UnlearningSettings
{
    /// <summary>What stands before the name of an option of the optimizer.</summary>
    internal const string OptimizerPrefix = "optimizer.";

    // The common setting of TOFU's code base: AdamW, rate 1e-5, decay 0.01, 10 passes.
    private static readonly Dictionary<string, string> _published = new() { ["optimizer.learningRate"] = "1e-5", ["optimizer.weightDecay"] = "0.01" };

    // For models of 0.13 million numbers, where nobody calibrated.
    private static readonly Dictionary<string, string> _small = new() { ["optimizer.learningRate"] = "5e-4", ["optimizer.weightDecay"] = "0.01" };

    /// <summary>Fills in the common setting of the benchmarks where the optimizer is adamw and its rate or decay are not set.</summary>
    /// <param name="plan">What is asked.</param>
    public static UnlearningPlan Published(UnlearningPlan plan) => Fill(plan, _published);

    /// <summary>Fills in what was calibrated for the small models of made profiles, where the plan says nothing.</summary>
    /// <param name="plan">What is asked.</param>
    /// <param name="keepsEpochs">Whether the plan's passes stay.</param>
    /// <param name="settings">The settings; null for those of the program.</param>
    /// <exception cref="DataException">A value of the settings is none.</exception>
    public static UnlearningPlan ForProfiles(UnlearningPlan plan, bool keepsEpochs = false, ProfileSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        IReadOnlyDictionary<string, string> chosen = (settings ?? ProfileSettings.Shipped).Methods.TryGetValue(plan.Method, out ChosenSetting? one)
            ? one.Values : new Dictionary<string, string>();
        return With(plan, chosen, keepsEpochs);
    }

    /// <summary>Fills in a setting where the plan says nothing; its passes, batch and leading set are the setting's.</summary>
    internal static UnlearningPlan With(UnlearningPlan plan, IReadOnlyDictionary<string, string> setting, bool keepsEpochs = false)
    {
        int Whole(string name, int otherwise) => !setting.TryGetValue(name, out string? text) ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? value
            : throw new DataException($"'{name}' of '{plan.Method}' is '{text}'; it is a whole number from 1 on.");
        ExampleSet? leads = setting.GetValueOrDefault("leads") switch
        {
            null => null,
            "forget" => ExampleSet.Forget,
            "retain" => ExampleSet.Retain,
            { } other => throw new DataException($"'leads' of '{plan.Method}' is '{other}'; it is forget or retain."),
        };
        plan = plan with
        {
            Epochs = keepsEpochs ? plan.Epochs : Whole("epochs", plan.Epochs),
            Batch = Whole("batch", plan.Batch),
            Leads = plan.Leads ?? leads,
        };
        return Fill(Fill(plan, setting.Where(s => s.Key is not ("epochs" or "batch" or "leads"))), _small);
    }

    private static UnlearningPlan Fill(UnlearningPlan plan, IEnumerable<KeyValuePair<string, string>> setting)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Dictionary<string, string> own = new(plan.Options, StringComparer.Ordinal), optimizer = new(plan.OptimizerOptions, StringComparer.Ordinal);
        foreach ((string name, string value) in setting)
        {
            if (!name.StartsWith(OptimizerPrefix, StringComparison.Ordinal))
            {
                own.TryAdd(name, value);
            }
            else if (plan.Optimizer == "adamw")
            {
                optimizer.TryAdd(name[OptimizerPrefix.Length..], value);
            }
        }

        return plan with { Options = own, OptimizerOptions = optimizer };
    }
}
