using Nabla.Engine;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class TemperedGuidanceTests
{
    [Fact]
    public void The_chain_rule_is_exact_and_the_bounds_hold_on_random_mixtures()
    {
        RandomStream random = new(new Seed(7));
        var closest = 0.0;
        for (var trial = 0; trial < 200; trial++)
        {
            var mixture = Gaussians(random);
            double size = random.NextDouble(), phase = random.NextDouble() * 6;
            double[] classifier = [.. mixture.Bayes.Select((f, i) =>
            {
                var logit = Math.Log((f + 1e-9) / (1 - f + 1e-9)) + (size * Math.Sin((i * 0.02) + phase));
                return 1 / (1 + Math.Exp(-logit));
            })];
            var risk = mixture.ExcessRisk(classifier);
            Assert.Equal(risk, mixture.ChainRule(classifier), (1e-9 * risk) + 1e-14);
            var plain = mixture.Estimate(classifier, 1);
            var share = mixture.RetainError(plain) / mixture.RetainBound(classifier);
            Assert.InRange(share, 0, 1);
            closest = Math.Max(closest, share);
            Assert.InRange(mixture.ForgetError(plain), 0, mixture.ForgetBound(classifier));
            foreach (var temperature in new[] { 1, 1.5, 2.5, 5 })
            {
                Assert.InRange(
                    mixture.TemperedDistance(classifier, temperature), 0, mixture.TemperedBound(classifier, temperature, Math.Max(temperature, 2)));
            }
        }

        // A bound that is never near is no test of its constant.
        Assert.True(closest > 0.5, $"{closest}");
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1.5, 0.0361)]
    [InlineData(2.5, 0.1581)]
    [InlineData(5, 0.4047)]
    public void The_bias_of_a_separated_gaussian_is_half_of_the_logarithm_and_the_rest(double temperature, double rounded)
    {
        foreach (var deviation in new[] { 0.5, 2 })
        {
            double[] x = [.. Enumerable.Range(0, 40001).Select(i => (i * 0.005) - 100)];
            double[] Normal(double mean, double s) => [.. x.Select(t => Math.Exp(-0.5 * (t - mean) * (t - mean) / (s * s)))];
            var mixture = new TemperedGuidance(Normal(-20, deviation), Normal(80, 1), [.. x.Select(_ => 0.005)], 0.1);
            var bias = mixture.RetainBias(temperature);
            Assert.Equal((Math.Log(temperature) - 1 + (1 / temperature)) / 2, bias, 1e-6);
            Assert.Equal(rounded, bias, 5e-5);
            Assert.Equal(0, mixture.ForgetBias(temperature), 1e-12);
        }
    }

    [Theory]
    [InlineData(1, new[] { 1.11e-3, 2.31e-3, 4.14e-3, 6.40e-3 })]
    [InlineData(0.1, new[] { 1.11e-2, 1.07e-2, 1.04e-2, 1.02e-2 })]
    [InlineData(0.01, new[] { 1.11e-1, 4.98e-2, 2.62e-2, 1.62e-2 })]
    [InlineData(0.001, new[] { 1.11, 2.31e-1, 6.58e-2, 2.57e-2 })]
    public void Two_boxes_have_the_errors_of_the_closed_form(double width, double[] rounded)
    {
        const double Share = 0.1, Leak = 0.01;
        // One cell a box: p_r uniform on [0, 1], p_f on an interval elsewhere.
        var boxes = new TemperedGuidance([1, 0], [0, 1 / width], [1, width], Share);
        double[] leaky = [1, Leak], temperatures = [1, 1.5, 2.5, 5];
        Assert.Equal(-Share * Math.Log(1 - Leak), boxes.ExcessRisk(leaky), 1e-15);
        for (var i = 0; i < 4; i++)
        {
            var power = 1 / temperatures[i];
            var spike = Math.Pow(Share / width, power) * Leak;
            var closed = spike / (Math.Pow(1 - Share, power) + (width * spike));
            var error = boxes.ForgetError(boxes.Estimate(leaky, temperatures[i]));
            Assert.Equal(closed, error, 1e-12 * closed);
            Assert.Equal(1, error / rounded[i], 5e-3);
        }

        double[] small = [1, 1e-6];
        Assert.Equal(1 / (1 - Share), boxes.ForgetError(boxes.Estimate(small, 1)) / (boxes.ForgetPeak * boxes.ExcessRisk(small)), 1e-4);
    }

    [Fact]
    public void The_exact_classifier_gives_the_retain_density_and_mistakes_are_told()
    {
        var mixture = new TemperedGuidance([1, 2, 1], [0, 1, 3], null, 0.3);
        var estimate = mixture.Estimate(mixture.Bayes, 1);
        Assert.Equal([0.25, 0.5, 0.25], estimate.Select(p => Math.Round(p, 14)));
        Assert.Equal(0, mixture.ExcessRisk(mixture.Bayes), 1e-15);
        Assert.Throws<ArgumentException>(() => mixture.Estimate([1], 1));
        Assert.Throws<ArgumentException>(() => mixture.Estimate([0, 0, 0], 1));
        Assert.Throws<ArgumentException>(() => new TemperedGuidance([1, 2], [1], null, 0.3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TemperedGuidance([1], [1], null, 1));
    }

    private static TemperedGuidance Gaussians(RandomStream random)
    {
        double Between(double low, double high) => low + ((high - low) * random.NextDouble());
        double mean = Between(-2, 2), wide = Between(0.5, 1.5), other = Between(-4, 4), narrow = Between(0.05, 1);
        double[] x = [.. Enumerable.Range(0, 2401).Select(i => (i * 0.005) - 6)];
        double[] Normal(double centre, double s) => [.. x.Select(t => Math.Exp(-0.5 * (t - centre) * (t - centre) / (s * s)))];
        return new TemperedGuidance(Normal(mean, wide), Normal(other, narrow), [.. x.Select(_ => 0.005)], Between(0.05, 0.5));
    }
}
