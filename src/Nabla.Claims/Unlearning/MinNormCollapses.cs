using Nabla.Core;
using Nabla.Experiments.Unlearning;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Rows whose colour tells their class, and a few in wrong colours to be forgotten.</summary>
[Claim(
    "minnorm-og/representation-collapse",
    Says = "Where colour alone tells the class of what is kept, MinNorm-OG brings a classifier nearer to reading only colour than descent, NegGrad+ and ridge do.",
    Source = "arXiv:2505.22601, section 5.3 and Table 2, on drawn rows in place of images",
    Seconds = 3)]
internal sealed class MinNormCollapses() : MinNormClaim(new() { RegCoef = 0.1, RegCoefDecay = 0.9, NumGdEpochs = 5 })
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<IUnlearner> subject, ClaimContext context)
    {
        string[] others = ["gradient-descent", "neg-grad-plus", "ridge"];
        var optimizer = new AdamWOptions { LearningRate = 1e-3 };
        var study = new RepresentationCollapseStudy
        {
            TrainingPasses = context.Full ? 30 : 10,
            Epochs = 20,
            Seeds = context.Full ? 5 : 1,
            Seed = context.Seed,
            CancellationToken = context.CancellationToken,
            Methods =
            [
                new("minnorm-og", subject, optimizer),
                new(others[0], new FineTuningOptions(), optimizer),
                new(others[1], new NegGradPlusOptions { GaCoef = 0.01 }, optimizer),
                new(others[2], new RidgeOptions { RegCoef = 0.01 }, optimizer),
                new("salun", new SalUnOptions(), optimizer),
                new("retraining", new RetrainingOptions(), optimizer),
            ],
        };
        var cells = study.Run();
        double Mean(string method) => cells.Where(cell => cell.Method == method).Average(cell => cell.Figures[RepresentationCollapseStudy.ColourAccuracy]);
        var own = Mean("minnorm-og");
        return ClaimOutcome.Of(
            others.All(other => own >= Mean(other) + Margin),
            ("colour_accuracy_minnorm_og", own),
            ("colour_accuracy_gradient_descent", Mean(others[0])),
            ("colour_accuracy_neg_grad_plus", Mean(others[1])),
            ("colour_accuracy_ridge", Mean(others[2])),
            ("colour_accuracy_salun", Mean("salun")),
            ("colour_accuracy_retraining", Mean("retraining")),
            ("colour_accuracy_original", Mean(UnlearningStudy.Original)),
            ("margin", Margin));
    }

    // One standard error of an accuracy over a thousand rows.
    private const double Margin = 0.015;
}
