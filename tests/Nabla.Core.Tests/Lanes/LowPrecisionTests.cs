using Nabla.Engine;

namespace Nabla.Core.Tests.Lanes;

public sealed unsafe class LowPrecisionTests
{
    [Fact]
    public void Widen_EveryFloat16_IsTheNumberOfTheRuntime()
    {
        var all = Enumerable.Range(0, 65_536).Select(i => (ushort)i).ToArray();
        var wide = Widen(DType.Float16, all);
        for (var i = 0; i < all.Length; i++)
        {
            Assert.Equal((float)BitConverter.UInt16BitsToHalf(all[i]), wide[i]);
        }
    }

    [Fact]
    public void Widen_EveryBFloat16_IsTheUpperHalfOfTheFloat()
    {
        var all = Enumerable.Range(0, 65_536).Select(i => (ushort)i).ToArray();
        var wide = Widen(DType.BFloat16, all);
        for (var i = 0; i < all.Length; i++)
        {
            Assert.Equal((uint)all[i] << 16, BitConverter.SingleToUInt32Bits(wide[i]));
        }
    }

    [Fact]
    public void Narrow_ManyNumbers_IsNearestEven()
    {
        var values = Samples();
        var half = Narrow(DType.Float16, values);
        var brain = Narrow(DType.BFloat16, values);
        for (var i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
            {
                Assert.True(Half.IsNaN(BitConverter.UInt16BitsToHalf(half[i])));
                Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle((uint)brain[i] << 16)));
                continue;
            }

            Assert.Equal(BitConverter.HalfToUInt16Bits((Half)values[i]), half[i]);
            Assert.Equal(NearestBFloat16(values[i]), brain[i]);
        }
    }

    [Fact]
    public void NarrowStochastically_EveryShareOfTheDistance_IsRoundedUpThatOften()
    {
        // Ups are binomial: five standard deviations leave less than one failure in a million, and the seed is fixed.
        const int Count = 1 << 16;
        foreach (var cut in new[] { 1, 100, 0x2000, 0x8000, 0xC000, 0xFF00, 0xFFFF })
        {
            foreach (var upper in new ushort[] { 0x3F80, 0xBF80, 0x0001, 0x4234 })
            {
                var values = Enumerable.Repeat(BitConverter.UInt32BitsToSingle(((uint)upper << 16) | (uint)cut), Count).ToArray();
                var ups = Stochastic(values, 17, 3 * Count).Count(v => v == upper + 1);
                var share = cut / 65_536.0;
                Assert.InRange(Math.Abs(ups - (Count * share)), 0, 5 * Math.Sqrt(Count * share * (1 - share)));
            }
        }
    }

    [Fact]
    public void NarrowStochastically_OneElementUnderManyKeys_IsUnbiasedAndKeysAreIndependent()
    {
        const int Keys = 20_000;
        var value = BitConverter.UInt32BitsToSingle(0x3F804000);
        var ups = new int[2];
        var both = 0;
        for (var key = 0; key < Keys; key++)
        {
            var first = Stochastic([value, value], (ulong)key, 0);
            ups[0] += first[0] - 0x3F80;
            ups[1] += first[1] - 0x3F80;
            both += (first[0] - 0x3F80) * (first[1] - 0x3F80);
        }

        void Near(double actual, double share) =>
            Assert.InRange(Math.Abs(actual - (Keys * share)), 0, 5 * Math.Sqrt(Keys * share * (1 - share)));
        Near(ups[0], 0.25);
        Near(ups[1], 0.25);
        Near(both, 0.0625);
    }

    [Fact]
    public void NarrowStochastically_NumbersThatFitAndSpecialOnes_StayAsTheyAre()
    {
        float[] values = [1, -2.5f, 0, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 3.0e38f];
        var rounded = Stochastic(values, 5, 0);
        Assert.Equal(NearestBFloat16(1), rounded[0]);
        Assert.Equal(NearestBFloat16(-2.5f), rounded[1]);
        Assert.Equal(0, rounded[2]);
        Assert.Equal(0x8000, rounded[3]);
        Assert.Equal(0x7F80, rounded[4]);
        Assert.Equal(0xFF80, rounded[5]);
        Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle((uint)rounded[6] << 16)));
    }

    [Fact]
    public void NarrowStochastically_AnyCut_GivesTheSameBits()
    {
        var values = Samples()[..1000];
        var whole = Stochastic(values, 9, 0);
        foreach (var cut in new[] { 1, 7, 16, 17, 500 })
        {
            Assert.Equal(whole, (ushort[])[.. Stochastic(values[..cut], 9, 0), .. Stochastic(values[cut..], 9, cut)]);
        }

        Assert.NotEqual(whole, Stochastic(values, 10, 0));
        Assert.NotEqual(whole, Stochastic(values, 9, 1L << 32));
    }

    [Fact]
    public void Follow_NumbersWrittenFromOutside_ReplaceTheCopyAndNoOthers()
    {
        var copy = Samples().Where(float.IsFinite).Take(41).ToArray();
        var kept = (float[])copy.Clone();
        var narrow = Narrow(DType.BFloat16, copy);
        narrow[3] = 0x4000;
        narrow[40] = 0xC000;
        fixed (ushort* source = narrow)
        {
            fixed (float* target = copy)
            {
                LowPrecision.Follow(DType.BFloat16, (nint)source, target, copy.Length);
            }
        }

        (kept[3], kept[40]) = (2, -2);
        Assert.Equal(kept, copy);
    }

    private static ushort NearestBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var (low, rest) = ((ushort)(bits >> 16), bits & 0xFFFF);
        return rest > 0x8000 || (rest == 0x8000 && (low & 1) == 1) ? (ushort)(low + 1) : low;
    }

    private static float[] Samples()
    {
        var stream = new RandomStream(Seed.From(3));
        return
        [
            1f, 65_504, 65_519.996f, 65_520, 65_536, 6.1035156e-5f, 6.1e-5f, 2.9802322e-8f, 2.98e-8f, 8.9e-8f, 1e-10f, 1e-40f, float.NaN,
            float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, 1.00390625f, 1.01171875f, 0, -0f, float.Epsilon,
            .. Enumerable.Range(0, 20_000).Select(_ => BitConverter.UInt32BitsToSingle((uint)stream.NextUInt64())),
            .. Enumerable.Range(0, 20_003).Select(_ => (float)(stream.NextGaussian() * Math.Exp(8 * stream.NextGaussian()))),
        ];
    }

    private static float[] Widen(DType type, ushort[] values)
    {
        var result = new float[values.Length];
        fixed (ushort* source = values)
        {
            fixed (float* target = result)
            {
                LowPrecision.Widen(type, (nint)source, target, values.Length);
            }
        }

        return result;
    }

    private static ushort[] Narrow(DType type, float[] values)
    {
        var result = new ushort[values.Length];
        fixed (float* source = values)
        {
            fixed (ushort* target = result)
            {
                LowPrecision.Narrow(type, source, (nint)target, values.Length);
            }
        }

        return result;
    }

    private static ushort[] Stochastic(float[] values, ulong key, long first)
    {
        var result = new ushort[values.Length];
        fixed (float* source = values)
        {
            fixed (ushort* target = result)
            {
                LowPrecision.NarrowStochastically(source, (nint)target, values.Length, key, first);
            }
        }

        return result;
    }
}
