namespace Nabla.Experiments.Unlearning;

/// <summary>What methods of unlearning are set to where a user says nothing: the benchmarks' common setting, and one for the small made profiles.</summary>
public static class UnlearningSettings
{
    // The common setting of TOFU's code base: AdamW, rate 1e-5, decay 0.01, 10 passes.
    private const string PublishedRate = "1e-5";
    private const string Decay = "0.01";

    // For made profiles, models of 0.13 million numbers: AdamW, decay 0.01, 8 examples of each kind in a step; rates, passes and weights
    // from a small grid on such profiles, not tuned equally for each method, so that they rank no methods in general.
    private static readonly Dictionary<string, Usual> _profiles = new(StringComparer.Ordinal)
    {
        ["gradient-ascent"] = new("5e-4", 5),
        ["gradient-difference"] = new("5e-4", 10),
        ["kl-unlearning"] = new("5e-4", 10),
        ["npo"] = new("5e-4", 20, ("alpha", "5")),
        ["simnpo"] = new("5e-4", 10, ("gamma", "1")),
        ["wga"] = new("1e-3", 10),
        ["inverted-hinge"] = new("1e-3", 10),
        ["loku"] = new("1e-3", 10),
        ["satimp"] = new("2e-3", 10),
        ["undial"] = new("5e-4", 10, ("alpha", "1")),
        ["rmu"] = new("1e-3", 10, ("coefficient", "4")),
        ["t3"] = new("1e-2", 100, ("rank", "50")) { Batch = 32 },
        ["retraining"] = new("2e-3", 60) { Batch = 32 },
    };

    private static readonly Usual _otherwise = new("5e-4", 10);

    /// <summary>Fills in the common setting of the benchmarks where the optimizer is adamw and its rate or decay are not set.</summary>
    /// <param name="plan">What is asked.</param>
    public static UnlearningPlan Published(UnlearningPlan plan) => WithRate(plan, PublishedRate);

    /// <summary>Fills in what suits the small models of made profiles, where the plan says nothing.</summary>
    /// <param name="plan">What is asked.</param>
    /// <param name="keepsEpochs">Whether the plan's passes stay.</param>
    public static UnlearningPlan ForProfiles(UnlearningPlan plan, bool keepsEpochs = false)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Usual usual = _profiles.GetValueOrDefault(plan.Method, _otherwise);
        Dictionary<string, string> options = new(plan.Options, StringComparer.Ordinal);
        foreach ((string name, string value) in usual.Options)
        {
            options.TryAdd(name, value);
        }

        return WithRate(plan with { Options = options, Epochs = keepsEpochs ? plan.Epochs : usual.Epochs, Batch = usual.Batch }, usual.Rate);
    }

    /// <summary>Methods with a setting of their own for made profiles.</summary>
    internal static IEnumerable<(string Method, IReadOnlyDictionary<string, string> Options)> Profiles =>
        _profiles.Select(p => (p.Key, (IReadOnlyDictionary<string, string>)p.Value.Options.ToDictionary(o => o.Name, o => o.Value)));

    private static UnlearningPlan WithRate(UnlearningPlan plan, string rate)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Optimizer != "adamw")
        {
            return plan;
        }

        Dictionary<string, string> options = new(plan.OptimizerOptions, StringComparer.Ordinal);
        options.TryAdd("learningRate", rate);
        options.TryAdd("weightDecay", Decay);
        return plan with { OptimizerOptions = options };
    }

    private sealed record Usual(string Rate, int Epochs, params (string Name, string Value)[] Options)
    {
        public int Batch { get; init; } = 8;
    }
}
