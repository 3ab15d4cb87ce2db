using Nabla.Core;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Both methods take plain gradient steps, as the theory of the paper has it.</summary>
[Claim(
    "npo/keeps-more-at-matched-forgetting",
    Says = "Along plain gradient steps, where negative preference and gradient ascent have forgotten as much, negative preference has kept more.",
    Source = "arXiv:2404.05868, abstract and section 3",
    Seconds = 2)]
internal sealed class NpoKeepsMoreAlongDescent : MatchedForgetting
{
    /// <inheritdoc/>
    protected override MethodOptions Optimizer { get; } = new SgdOptions { LearningRate = 0.01 };

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, UnlearnerOptions> Defects { get; } = new Dictionary<string, UnlearnerOptions>
    {
        // Without the reference every example pulls as hard as under ascent.
        ["vanishing-beta"] = Npo(1e-6),
        ["ascent"] = new GradientAscentOptions(),
    };
}
