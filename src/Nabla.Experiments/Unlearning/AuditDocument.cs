using System.Text.Json.Nodes;
using Nabla.Core;

namespace Nabla.Experiments.Unlearning;

/// <summary>An audit as JSON: everything that the page shows, and the record of what was asked and done.</summary>
public static class AuditDocument
{
    /// <summary>Metrics by name, as <c>{"value", "low", "high"}</c>.</summary>
    /// <param name="audit">The audit; null gives an empty object.</param>
    public static JsonObject Metrics(ModelAudit? audit) => Metrics(audit?.Metrics ?? new Dictionary<string, Interval>());

    /// <summary>Metrics by name, as <c>{"value", "low", "high"}</c>.</summary>
    /// <param name="metrics">The metrics.</param>
    public static JsonObject Metrics(IReadOnlyDictionary<string, Interval> metrics) => new(
        metrics.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)new JsonObject
        {
            ["value"] = Number(m.Value.Mean),
            ["low"] = Number(m.Value.Low),
            ["high"] = Number(m.Value.High),
        })));

    /// <summary>The whole record.</summary>
    /// <param name="outcome">What came of the request.</param>
    public static JsonObject Of(UnlearningOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        UnlearningPlan plan = outcome.Plan;
        return new JsonObject
        {
            ["run"] = outcome.Run,
            ["asked"] = new JsonObject
            {
                ["model"] = plan.Model,
                ["forget"] = plan.Forget,
                ["retain"] = plan.Retain,
                ["forget_examples"] = outcome.ForgetExamples,
                ["retain_examples"] = outcome.RetainExamples,
                ["method"] = plan.Method,
                ["options"] = Values(outcome.Options),
                ["optimizer"] = plan.Optimizer,
                ["optimizer_options"] = Values(outcome.OptimizerOptions),
                ["epochs"] = plan.Epochs,
                ["batch"] = plan.Batch,
                ["leads"] = plan.Leads?.ToString().ToLowerInvariant(),
                ["seed"] = plan.Seed,
                ["command"] = plan.Command,
            },
            ["done"] = new JsonObject
            {
                ["ending"] = outcome.Result.Ending.Key,
                ["advice"] = outcome.Result.Ending.Advice,
                ["steps"] = outcome.Result.Steps,
                ["forget_examples_read"] = outcome.Result.Counts.ForgetExamples,
                ["retain_examples_read"] = outcome.Result.Counts.RetainExamples,
                ["gradients"] = outcome.Result.Counts.Gradients,
                ["needs"] = OptionText(outcome.Needs),
                ["changed_parameters"] = Texts(outcome.Result.ChangedParameters),
                ["trained_numbers"] = outcome.TrainedNumbers,
                ["figures"] = new JsonObject(outcome.Result.Figures.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)Number(f.Value)))),
                ["seconds"] = Number(outcome.Seconds),
                ["peak_bytes"] = outcome.PeakBytes,
                ["model"] = outcome.ModelFolder,
            },
            ["checksums"] = new JsonObject
            {
                ["original"] = Sums(outcome.Original),
                ["written"] = Sums(outcome.Written),
                ["data"] = Sums(outcome.Data),
            },
            ["made_with"] = new JsonObject(MachineFacts.Versions.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))),
            ["not_measured"] = Texts(outcome.NotMeasured),
            ["before"] = Audit(outcome.Before),
            ["after"] = Audit(outcome.After),
            ["retrained"] = Audit(outcome.Retrained),
        };
    }

    private static JsonObject? Audit(ModelAudit? audit) => audit is null ? null : new JsonObject
    {
        ["metrics"] = Metrics(audit),
        ["attacks"] = new JsonArray([.. audit.Attacks.Select(a => (JsonNode)new JsonObject
        {
            ["name"] = a.Name,
            ["area"] = Number(a.Area.Mean),
            ["curve"] = new JsonArray([.. a.Curve.Select(p => (JsonNode)new JsonArray(Number(p.FalseShare), Number(p.FoundShare)))]),
        })]),
        ["examples"] = new JsonArray([.. audit.Sets.SelectMany(s => s.Set.Examples.Select((e, i) => (JsonNode)new JsonObject
        {
            ["set"] = s.Set.Name,
            ["id"] = e.Id,
            ["loss"] = Number(s.Losses[i]),
            ["truth_ratio"] = s.TruthRatios.Count > 0 ? Number(s.TruthRatios[i]) : null,
            ["answer"] = s.Answers.Count > 0 ? s.Answers[i] : null,
        }))]),
        ["knowledge"] = new JsonArray([.. audit.Knowledge.SelectMany(k => k.Questions.Select((q, i) => (JsonNode)new JsonObject
        {
            ["set"] = k.Name,
            ["id"] = q.Id,
            ["answer"] = k.Answers[i],
            ["score"] = Number(k.Scores[i]),
        }))]),
    };

    private static JsonObject Values(IReadOnlyDictionary<string, object> values) => new(values.Select(v => KeyValuePair.Create(
        v.Key,
        (JsonNode?)(v.Value switch
        {
            bool flag => JsonValue.Create(flag),
            string text => JsonValue.Create(text),
            var number => Number(Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture)),
        }))));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static JsonObject Sums(IReadOnlyDictionary<string, string> sums) => new(sums.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));

    private static string OptionText(RetainNeed need) => need.ToString().ToLowerInvariant();

    private static JsonValue? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;
}
