using Nabla.Engine;

namespace Nabla.Experiments.Tests;

public sealed class BootstrapTests
{
    [Fact]
    public void Mean_OneValue_HasNoInterval() =>
        Assert.Equal(new Interval(2.5, null, null), Bootstrap.Mean([2.5], Seed.From(1)));

    [Fact]
    public void Mean_TwoValues_HasTheKnownQuantiles()
    {
        // Of the resamples a quarter is (low, low), a quarter (high, high): both tails beyond 2.5 % are the extremes.
        Interval interval = Bootstrap.Mean([1.0, 4.0], Seed.From(1));
        Assert.Equal(new Interval(2.5, 1, 4), interval);
    }

    [Fact]
    public void Mean_ManyValues_HasTheWidthOfTheStandardError()
    {
        RandomStream random = new(Seed.From(17));
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => 3 + (2 * random.NextGaussian()))];
        double mean = values.Average();
        double error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / values.Length / values.Length);
        Interval interval = Bootstrap.Mean(values, Seed.From(2));
        Assert.Equal(mean, interval.Mean, 1e-12);
        // A quantile from 10,000 resamples is off by about 0.027 standard errors; six times that.
        Assert.Equal(mean - (1.96 * error), interval.Low!.Value, 0.17 * error);
        Assert.Equal(mean + (1.96 * error), interval.High!.Value, 0.17 * error);
    }

    [Fact]
    public void BestProbabilities_TwoSeedsThatDisagree_AreKnown()
    {
        // Resamples: both seeds 0 (1/4, first wins by 3), mixed (1/2, first wins on the mean), both seeds 1 (1/4, second wins).
        double?[] best = Bootstrap.BestProbabilities([[1.0, 3.0], [4.0, 2.0]], Seed.From(3));
        Assert.Equal(0.75, best[0]!.Value, 0.026);
        Assert.Equal(1, best[0]!.Value + best[1]!.Value, 1e-12);
    }

    [Fact]
    public void BestProbabilities_UsesPairs()
    {
        // Seeds differ far more than methods; unpaired resampling would call this a coin toss.
        double?[] best = Bootstrap.BestProbabilities([[10.0, 20.0, 30.0], [10.1, 20.1, 30.1]], Seed.From(3));
        Assert.Equal([1.0, 0.0], best.Select(b => b!.Value));
    }

    [Fact]
    public void BestProbabilities_TiesAndFailures_AreShared()
    {
        double?[] best = Bootstrap.BestProbabilities(
            [[2.0, 3.0], [2.0, 3.0], [1.0, double.NaN], [double.PositiveInfinity, double.PositiveInfinity]], Seed.From(3));
        Assert.Equal(best[0], best[1]);
        // The third wins only when both draws are seed 0: a quarter of the resamples.
        Assert.Equal(0.25, best[2]!.Value, 0.026);
        Assert.Equal(0, best[3]);
        Assert.Equal(1, best.Sum(b => b!.Value), 1e-9);
    }

    [Fact]
    public void BestProbabilities_OneSeed_IsUnknown() =>
        Assert.All(Bootstrap.BestProbabilities([[1.0], [2.0]], Seed.From(1)), Assert.Null);

    [Fact]
    public void WrongInput_IsRefusedWithASentence()
    {
        Assert.StartsWith(
            "Every method needs a loss for every seed; the numbers of seeds are 2, 1.",
            Assert.Throws<ArgumentException>(() => Bootstrap.BestProbabilities([[1.0, 2.0], [1.0]], Seed.From(1))).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "A value was NaN; every value must be finite.",
            Assert.Throws<ArgumentException>(() => Bootstrap.Mean([1, double.NaN], Seed.From(1))).Message, StringComparison.Ordinal);
    }
}
