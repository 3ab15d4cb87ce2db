using Nabla.Claims.FirstOrder.Adam;
using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.GeneralizedSmoothness;

/// <summary>Adam converges where the curvature grows with the gradient and the noise too.</summary>
[Claim(
    "adam/generalized-smooth",
    Says = "Adam comes to a mean gradient of epsilon in steps of order epsilon^-4 under coordinate-wise generalized smoothness and affine noise variance.",
    Source = "arXiv:2404.01436, abstract",
    Seconds = 2.5)]
internal sealed class AdamConverges : Claim<Func<double, double, MethodOptions>>
{
    /// <inheritdoc/>
    protected override Func<double, double, MethodOptions> Method => (rate, beta2) => Options(rate, beta2);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<double, double, MethodOptions>> Defects =>
        new Dictionary<string, Func<double, double, MethodOptions>>(StringComparer.Ordinal)
        {
            ["undivided"] = (rate, beta2) => AdamClaim.With(AdamDefects.Undivided)(Options(rate, beta2)),
            ["rate-of-any-order"] = (_, beta2) => Options(0.06, beta2),
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<double, double, MethodOptions> subject, ClaimContext context) =>
        SteepValley.Examine(subject, context);

    private static AdamOptions Options(double rate, double beta2) => new() { LearningRate = rate, Beta2 = beta2 };
}
