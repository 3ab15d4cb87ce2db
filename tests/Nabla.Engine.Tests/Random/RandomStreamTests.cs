namespace Nabla.Engine.Tests;

public sealed class RandomStreamTests
{
    // Known answers published with the Random123 library for philox4x32-10.
    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0xe169c58d6627e8d5UL, 0x9b00dbd8bc57ac4cUL)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x41c83b0e408f276dUL, 0x6d5451fda20bc7c6UL)]
    [InlineData(0x85a308d3243f6a88UL, 0x0370734413198a2eUL, 0x299f31d0a4093822UL, 0x94fdccebd16cfe09UL, 0x24126ea15001e420UL)]
    public void Philox_gives_the_published_answers(ulong low, ulong high, ulong key, ulong first, ulong second) =>
        Assert.Equal((first, second), RandomStream.Philox(low, high, key));

    [Fact]
    public void First_words_are_those_of_philox()
    {
        var stream = new RandomStream(new Seed(0));
        Assert.Equal(0xe169c58d6627e8d5UL, stream.NextUInt64());
        Assert.Equal(0x9b00dbd8bc57ac4cUL, stream.NextUInt64());
        Assert.Equal(2UL, stream.Position);
    }

    [Fact]
    public void Gaussians_are_stable_to_the_last_bit()
    {
        // Computed by an independent program; frozen, as weights and data orders are drawn from these.
        var stream = new RandomStream(new Seed(42));
        var actual = Enumerable.Range(0, 3).Select(_ => BitConverter.DoubleToUInt64Bits(stream.NextGaussian())).ToArray();
        Assert.Equal([13824446617405894500UL, 13834880198991772293UL, 4604285243115767463UL], actual);
    }

    [Fact]
    public void Logarithm_is_accurate()
    {
        var stream = new RandomStream(new Seed(3));
        for (var i = 0; i < 20_000; i++)
        {
            var x = stream.NextDouble() * Math.Pow(2, -stream.NextInt(60));
            if (x > 0)
            {
                var expected = Math.Log(x);
                Assert.InRange(RandomStream.Log(x), expected - Tolerance(expected), expected + Tolerance(expected));
            }
        }

        static double Tolerance(double value) => 4e-16 * Math.Max(Math.Abs(value), 0.5);
    }

    [Fact]
    public void Restored_state_continues_bit_equal_from_any_position()
    {
        var stream = new RandomStream(new Seed(9));
        for (var i = 0; i < 37; i++)
        {
            stream.NextGaussian();
            var other = new RandomStream(new Seed(1)) { State = stream.State };
            var copy = new RandomStream(new Seed(9)) { Position = stream.Position };
            var expected = stream.NextUInt64();
            Assert.Equal(expected, other.NextUInt64());
            Assert.Equal(expected, copy.NextUInt64());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("philox4x32:0000000000000001")]
    [InlineData("philox4x32:1:0")]
    [InlineData("philox4x32:0000000000000001:-1")]
    [InlineData("other:0000000000000001:1")]
    public void Wrong_state_is_refused_with_a_sentence(string state)
    {
        var stream = new RandomStream(new Seed(0));
        var error = Assert.Throws<FormatException>(() => stream.State = state);
        Assert.Contains("philox4x32:KEY:POSITION", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_are_uniform()
    {
        var stream = new RandomStream(new Seed(5));
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[stream.NextInt(7)]++;
        }

        // Chi-squared with 6 degrees of freedom exceeds 22.5 once in a thousand seeds; this one is fixed.
        Assert.True(counts.Sum(count => Math.Pow(count - 10_000, 2) / 10_000) < 22.5);
    }

    [Fact]
    public void Integers_over_a_range_that_does_not_divide_the_words_are_redrawn()
    {
        // Of 2^64 words, 2^62 (a quarter) are refused for this range.
        var stream = new RandomStream(new Seed(5));
        var upper = 0;
        for (var i = 0; i < 4_000; i++)
        {
            upper += stream.NextLong(3L << 61) >= 1L << 62 ? 1 : 0;
        }

        Assert.InRange(upper, 4_000 / 3 - 130, 4_000 / 3 + 130);
        Assert.True(stream.Position > 5_000);
    }

    [Fact]
    public void Range_below_one_is_refused()
    {
        var stream = new RandomStream(new Seed(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextInt(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.NextLong(-1));
    }

    [Fact]
    public void Moments_of_uniform_and_normal_numbers_are_right()
    {
        var stream = new RandomStream(new Seed(8));
        const int count = 200_000;
        double mean = 0, square = 0, fourth = 0, uniform = 0;
        for (var i = 0; i < count; i++)
        {
            var x = stream.NextGaussian();
            mean += x / count;
            square += x * x / count;
            fourth += x * x * x * x / count;
            uniform += stream.NextDouble() / count;
        }

        // Five standard errors.
        Assert.InRange(mean, -5 / Math.Sqrt(count), 5 / Math.Sqrt(count));
        Assert.InRange(square, 1 - (5 * Math.Sqrt(2.0 / count)), 1 + (5 * Math.Sqrt(2.0 / count)));
        Assert.InRange(fourth, 3 - (5 * Math.Sqrt(96.0 / count)), 3 + (5 * Math.Sqrt(96.0 / count)));
        Assert.InRange(uniform, 0.5 - (5 * Math.Sqrt(1.0 / 12 / count)), 0.5 + (5 * Math.Sqrt(1.0 / 12 / count)));
    }

    [Fact]
    public void Shuffle_reaches_every_order_equally_often()
    {
        var stream = new RandomStream(new Seed(11));
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 6_000; i++)
        {
            char[] items = ['a', 'b', 'c'];
            stream.Shuffle(items.AsSpan());
            var order = new string(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        // Five degrees of freedom: 20.5 is exceeded once in a thousand seeds.
        Assert.True(counts.Values.Sum(count => Math.Pow(count - 1_000, 2) / 1_000) < 20.5);
    }
}
