using Nabla.Core;
using Nabla.Experiments.Unlearning;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Two heads, content and colour; all rows to keep are gray.</summary>
[Claim(
    "minnorm-og/label-erasure",
    Says = "Of a classifier of content and colour whose rows to keep are all gray, MinNorm-OG erases the other colours further than descent and ridge do, and keeps the content.",
    Source = "arXiv:2505.22601, section 5.2 and Figure 2, on drawn rows in place of images",
    Seconds = 3)]
internal sealed class MinNormErasesLabels() : MinNormClaim(new() { RegCoef = 0.05, RegCoefDecay = 0.9, NumGdEpochs = 2 })
{
    // The share of the distance to descent's forget error that is gone, and what of the original's retain quality may go.
    private const double Least = 0.2;
    private const double Loss = 0.1;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<IUnlearner> subject, ClaimContext context)
    {
        var optimizer = new AdamWOptions { LearningRate = 1e-3 };
        var study = new LabelErasureStudy
        {
            RetainRows = context.Full ? 5000 : 2000,
            ForgetRows = context.Full ? 300 : 150,
            Width = context.Full ? 128 : 64,
            TrainingPasses = context.Full ? 10 : 5,
            Epochs = 5,
            Seeds = context.Full ? 5 : 1,
            Seed = context.Seed,
            CancellationToken = context.CancellationToken,
            Methods =
            [
                new("minnorm-og", subject, optimizer),
                new("gradient-descent", new FineTuningOptions(), optimizer),
                new("ridge", new RidgeOptions { RegCoef = 0.01 }, optimizer),
            ],
        };
        var cells = study.Run();
        double Of(string method, string figure) => UnlearningStudy.Median(cells, method, figure);
        double own = Of("minnorm-og", LabelErasureStudy.ForgetError),
            descent = Of("gradient-descent", LabelErasureStudy.ForgetError),
            ridge = Of("ridge", LabelErasureStudy.ForgetError),
            quality = Of("minnorm-og", LabelErasureStudy.RetainQuality),
            original = Of(UnlearningStudy.Original, LabelErasureStudy.RetainQuality);
        return ClaimOutcome.Of(
            own <= (1 - Least) * Math.Min(descent, ridge) && quality >= original - Loss,
            ("forget_error_minnorm_og", own),
            ("forget_error_gradient_descent", descent),
            ("forget_error_ridge", ridge),
            ("forget_error_original", Of(UnlearningStudy.Original, LabelErasureStudy.ForgetError)),
            ("retain_quality_minnorm_og", quality),
            ("retain_quality_original", original),
            ("retain_quality_gradient_descent", Of("gradient-descent", LabelErasureStudy.RetainQuality)),
            ("least_share_erased", Least),
            ("most_quality_lost", Loss));
    }
}
