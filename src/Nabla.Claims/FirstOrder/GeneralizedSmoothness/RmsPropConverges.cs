using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.GeneralizedSmoothness;

/// <summary>RMSProp converges where the curvature grows with the gradient and the noise too.</summary>
[Claim(
    "rmsprop/generalized-smooth",
    Says = "RMSProp comes to a mean gradient of epsilon in steps of order epsilon^-4 under coordinate-wise generalized smoothness and affine noise variance.",
    Source = "arXiv:2404.01436, abstract",
    Seconds = 2.5)]
internal sealed class RmsPropConverges : Claim<Func<double, double, MethodOptions>>
{
    /// <inheritdoc/>
    protected override Func<double, double, MethodOptions> Method =>
        (rate, beta2) => new RmsPropOptions { LearningRate = rate, Alpha = beta2 };

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<double, double, MethodOptions>> Defects =>
        new Dictionary<string, Func<double, double, MethodOptions>>(StringComparer.Ordinal)
        {
            ["undivided"] = (rate, _) => new SgdOptions { LearningRate = rate },
            ["rate-of-any-order"] = (_, beta2) => new RmsPropOptions { LearningRate = 0.06, Alpha = beta2 },
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<double, double, MethodOptions> subject, ClaimContext context) =>
        SteepValley.Examine(subject, context);
}
