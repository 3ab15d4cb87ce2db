using Nabla.Engine;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Random mixtures of two Gaussians with perturbed classifiers, on a grid.</summary>
[Claim(
    "t3/errors-stay-within-their-bounds",
    Says = "The retain error of plain guidance is at most the classifier's excess risk over the share of kept data, and the forget errors, plain and tempered, stay within their bounds.",
    Source = "arXiv:2602.10217, theorems 1 and 2, with constants by Pinsker's and Hölder's inequalities",
    Seconds = 0.5)]
internal sealed class T3BoundsHold : Claim<Func<TemperedGuidance, double[], double, double[]>>
{
    private static readonly double[] s_temperatures = [1.5, 2.5, 5];

    /// <inheritdoc/>
    protected override Func<TemperedGuidance, double[], double, double[]> Method { get; } =
        (mixture, classifier, temperature) => mixture.Estimate(classifier, temperature);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<TemperedGuidance, double[], double, double[]>> Defects { get; } =
        new Dictionary<string, Func<TemperedGuidance, double[], double, double[]>>
        {
            ["no-classifier"] = (mixture, classifier, temperature) => mixture.Estimate([.. classifier.Select(_ => 1.0)], temperature),
            ["classifier-squared"] = (mixture, classifier, temperature) => mixture.Estimate([.. classifier.Select(f => f * f)], temperature),
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<TemperedGuidance, double[], double, double[]> subject, ClaimContext context)
    {
        RandomStream random = new(context.Seed.Derive("mixtures"));
        double retain = 0, forget = 0, tempered = 0;
        for (var trial = 0; trial < (context.Full ? 200 : 40); trial++)
        {
            var mixture = Draw(random);
            double size = 0.2 + random.NextDouble(), phase = 6 * random.NextDouble();
            double[] classifier =
            [
                .. mixture.Bayes.Select((f, i) => 1 / (1 + Math.Exp(-(Math.Log((f + 1e-9) / (1 - f + 1e-9)) + (size * Math.Sin((i * 0.04) + phase)))))),
            ];
            var plain = subject(mixture, classifier, 1);
            retain = Math.Max(retain, mixture.RetainError(plain) / mixture.RetainBound(classifier));
            forget = Math.Max(forget, mixture.ForgetError(plain) / mixture.ForgetBound(classifier));
            foreach (var temperature in s_temperatures)
            {
                var bound = mixture.TemperedBound(classifier, temperature, Math.Max(2, temperature)) + mixture.ForgetBias(temperature);
                tempered = Math.Max(tempered, mixture.ForgetError(subject(mixture, classifier, temperature)) / bound);
            }
        }

        return ClaimOutcome.Of(
            retain <= 1 && forget <= 1 && tempered <= 1,
            ("largest_share_of_retain_bound", retain),
            ("largest_share_of_forget_bound", forget),
            ("largest_share_of_tempered_bound", tempered));
    }

    private static TemperedGuidance Draw(RandomStream random)
    {
        double Between(double low, double high) => low + ((high - low) * random.NextDouble());
        double mean = Between(-2, 2), wide = Between(0.5, 1.5), other = Between(-4, 4), narrow = Between(0.05, 1);
        double[] x = [.. Enumerable.Range(0, 1201).Select(i => (i * 0.01) - 6)];
        double[] Normal(double centre, double deviation) =>
            [.. x.Select(t => Math.Exp(-0.5 * (t - centre) * (t - centre) / (deviation * deviation)))];
        return new TemperedGuidance(Normal(mean, wide), Normal(other, narrow), [.. x.Select(_ => 0.01)], Between(0.05, 0.5));
    }
}
