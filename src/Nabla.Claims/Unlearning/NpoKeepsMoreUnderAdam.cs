using Nabla.Core;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>The same with AdamW, which evens out the sizes of steps by which both methods differ.</summary>
[Claim(
    "npo/keeps-more-at-matched-forgetting-under-adamw",
    Says = "With AdamW, where negative preference and gradient ascent have forgotten as much, negative preference has kept more.",
    Source = "arXiv:2404.05868, abstract and figure 4, which has AdamW",
    Seconds = 3,
    Expected = Verdict.Inconclusive)]
internal sealed class NpoKeepsMoreUnderAdam : MatchedForgetting
{
    /// <inheritdoc/>
    protected override MethodOptions Optimizer { get; } = new AdamWOptions { LearningRate = 3e-4, WeightDecay = 0 };

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, UnlearnerOptions> Defects { get; } = new Dictionary<string, UnlearnerOptions>
    {
        ["with-examples-to-keep"] = new GradientDifferenceOptions(),
    };
}
