using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Two boxes: what is kept is uniform on [0, 1], what is forgotten on a short interval elsewhere that the classifier lets through a little.</summary>
[Claim(
    "t3/forget-error-falls-with-temperature",
    Says = "Where what is to be forgotten is concentrated, the forget error of plain guidance grows with its peak, and tempering cuts it, the more the higher the temperature; where it is broad, tempering raises it.",
    Source = "arXiv:2602.10217, theorems 2 and 3; the constants from the construction itself",
    Seconds = 0.1)]
internal sealed class T3ForgetErrorFalls : Claim<Func<TemperedGuidance, double[], double, double[]>>
{
    private const double Share = 0.1;
    private const double Through = 0.01;

    private static readonly double[] s_temperatures = [1, 1.5, 2.5, 5];

    /// <inheritdoc/>
    protected override Func<TemperedGuidance, double[], double, double[]> Method { get; } =
        (mixture, classifier, temperature) => mixture.Estimate(classifier, temperature);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<TemperedGuidance, double[], double, double[]>> Defects { get; } =
        new Dictionary<string, Func<TemperedGuidance, double[], double, double[]>>
        {
            ["temperature-ignored"] = (mixture, classifier, _) => mixture.Estimate(classifier, 1),
            ["classifier-tempered-too"] = (mixture, classifier, temperature) =>
                mixture.Estimate([.. classifier.Select(f => Math.Pow(f, 1 / temperature))], temperature),
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<TemperedGuidance, double[], double, double[]> subject, ClaimContext context)
    {
        double[] classifier = [1, Through];
        double[] Errors(double width)
        {
            var boxes = new TemperedGuidance([1, 0], [0, 1 / width], [1, width], Share);
            return [.. s_temperatures.Select(t => boxes.ForgetError(subject(boxes, classifier, t)))];
        }

        double[] sharp = Errors(0.001), sharper = Errors(0.0005), broad = Errors(1);
        var falls = sharp.Zip(sharp.Skip(1)).All(pair => pair.Second < pair.First / 1.5);
        var rises = broad.Zip(broad.Skip(1)).All(pair => pair.Second > pair.First);
        // Twice the peak: twice the error of plain guidance, about 2^{1/T} times the tempered one.
        var grows = Math.Abs((sharper[0] / sharp[0]) - 2) < 0.05 && Math.Abs((sharper[3] / sharp[3]) - Math.Pow(2, 0.2)) < 0.05;
        return ClaimOutcome.Of(
            falls && rises && grows,
            ("error_of_plain_guidance", sharp[0]),
            ("error_at_temperature_5", sharp[3]),
            ("growth_with_the_peak_plain", sharper[0] / sharp[0]),
            ("growth_with_the_peak_at_temperature_5", sharper[3] / sharp[3]),
            ("broad_error_at_temperature_5_over_plain", broad[3] / broad[0]));
    }
}
