using Nabla.Core;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>A claim of MinNorm-OG on classifiers: what broken forms of it are held against.</summary>
/// <param name="options">The method's setting.</param>
internal abstract class MinNormClaim(MinNormOgOptions options) : Claim<Func<IUnlearner>>
{
    /// <inheritdoc/>
    protected sealed override Func<IUnlearner> Method { get; } = options.Create;

    /// <inheritdoc/>
    protected sealed override IReadOnlyDictionary<string, Func<IUnlearner>> Defects { get; } = new Dictionary<string, Func<IUnlearner>>
    {
        ["never-projects"] = new FineTuningOptions().Create,
        ["projects-without-measure"] = (options with { RegCoef = 1, RegCoefDecay = 1, NumGdEpochs = 0, GradSampleSize = 10 }).Create,
    };
}
