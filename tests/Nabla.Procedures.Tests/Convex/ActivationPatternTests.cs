using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Convex;

namespace Nabla.Procedures.Tests.Convex;

public sealed class ActivationPatternTests
{
    [Theory]
    [InlineData(6, 1)]
    [InlineData(9, 2)]
    [InlineData(8, 3)]
    [InlineData(7, 4)]
    [InlineData(4, 6)]
    public void RowsInGeneralPosition_HaveCoversNumber(int rows, int columns)
    {
        var patterns = ActivationPatterns.Enumerate(Drawn(rows, columns, 1));
        Assert.Equal(ActivationPatterns.CountOf(rows, Math.Min(rows, columns)), patterns.Count);
        Assert.Equal(patterns.Count, patterns.Select(Text).Distinct().Count());
    }

    [Theory]
    [InlineData(7, 2, false)]
    [InlineData(6, 3, false)]
    [InlineData(6, 2, true)]
    public void DrawnPatterns_AreAmongAll_AndManyDrawsFindNearlyAll(int rows, int columns, bool intercept)
    {
        var data = Drawn(rows, columns, 2);
        var all = ActivationPatterns.Enumerate(data, intercept).Select(Text).ToHashSet();
        var drawn = ActivationPatterns.Sample(data, 500, Seed.From(3), intercept).Select(Text).ToArray();
        Assert.Subset(all, drawn.ToHashSet());
        Assert.InRange(drawn.Length, all.Count - 2, all.Count);
    }

    [Fact]
    public void RowsOnALine_InAPlaneOrTwice_AreCountedAsTheyLie()
    {
        // Rank 2 in three columns, a row twice, a row and its negative, a row of zeros: four different lines in a plane.
        var rows = new LabelledRows([1, 1, 0, 2, 2, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 1, -1, 0], 3, new double[7]);
        var patterns = ActivationPatterns.Enumerate(rows);
        Assert.Equal(8, patterns.Count);
        Assert.All(patterns, p =>
        {
            Assert.Equal(p[0], p[1]);
            Assert.True(p[2]);
            Assert.NotEqual(p[3], p[4]);
        });

        // Three of five rows in a plane of the space: one triple edge in place of three.
        var three = ActivationPatterns.Enumerate(new LabelledRows([1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 2, 3], 3, new double[5])).Count;
        var drawn = ActivationPatterns.Sample(new LabelledRows([1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 2, 3], 3, new double[5]), 100, Seed.From(1)).Count;
        Assert.Equal(drawn, three);
        Assert.True(three < ActivationPatterns.CountOf(5, 3));
    }

    [Fact]
    public void TooMany_AreRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => ActivationPatterns.Enumerate(Drawn(60, 5, 1)));
        Assert.StartsWith("60 rows of rank 5 have up to 9.79E+05 activation patterns; at most 20000 are listed.", error.Message, StringComparison.Ordinal);
        Assert.Single(ActivationPatterns.Enumerate(new LabelledRows([0, 0], 1, [1, 2])));
    }

    private static LabelledRows Drawn(int count, int columns, int seed)
    {
        var random = new RandomStream(Seed.From(seed));
        return new LabelledRows([.. Enumerable.Range(0, count * columns).Select(_ => random.NextGaussian())], columns, new double[count]);
    }

    private static string Text(bool[] pattern) => string.Concat(pattern.Select(b => b ? '1' : '0'));
}
