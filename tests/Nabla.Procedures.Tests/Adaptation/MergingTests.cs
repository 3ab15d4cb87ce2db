using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Tests.Adaptation;

public sealed class MergingTests
{
    [Fact]
    public void Fuse_TakesTheMean_OrGoesSomeOfTheWay()
    {
        using TwoNumbers a = new(1, 10), b = new(3, -2), c = new(8, 1), whole = new(5, 5), half = new(5, 5);
        new Fuse(new()).Merge(whole, [a, b, c]);
        new Fuse(new() { Scale = 0.5 }).Merge(half, [a, b, c]);
        Assert.Equal([4, 3], whole.Numbers);
        Assert.Equal([4.5, 4], half.Numbers);
        Assert.Equal([1, 10], a.Numbers);
    }

    [Fact]
    public void EqualCopies_GiveTheSameBits()
    {
        using TwoNumbers a = new(0.1, -1e-30), b = new(0.1, -1e-30), c = new(0.1, -1e-30), fused = new(7, 7);
        new Fuse(new()).Merge(fused, [a, b, c]);
        Assert.Equal(a.Numbers, fused.Numbers);
    }

    [Fact]
    public void Difference_IsAdded_AndTakenAwayAgain()
    {
        using TwoNumbers model = new(1, 2), learned = new(5, 1), plain = new(2, 3);
        new ReasoningVectors(new()).Merge(model, learned, plain);
        Assert.Equal([4, 0], model.Numbers);
        new ReasoningVectors(new() { Alpha = -1 }).Merge(model, learned, plain);
        Assert.Equal([1, 2], model.Numbers);
        new ReasoningVectors(new() { Alpha = 0.5 }).Merge(model, learned, model);
        Assert.Equal([3, 1.5], model.Numbers);
    }

    [Fact]
    public void SlowWeights_FollowAtTheirPace_AndTakeTurns()
    {
        using TwoNumbers model = new(1, 2);
        using var slow = new MomentumInterpolation(new() { Momentum = 0.75, Interval = 2 }).Follow(model);
        double expected = 1;
        for (var step = 1; step <= 6; step++)
        {
            model.Set(step, -step);
            slow.Step();
            expected = step % 2 == 0 ? (0.75 * expected) + (0.25 * step) : expected;
        }

        slow.UseSlow();
        slow.UseSlow();
        Assert.Equal(expected, model.Numbers[0], 1e-6);
        Assert.StartsWith("The model holds the slow weights.", Assert.Throws<InvalidOperationException>(slow.Step).Message, StringComparison.Ordinal);
        slow.UseFast();
        slow.UseFast();
        Assert.Equal([6, -6], model.Numbers);
    }

    [Fact]
    public void MomentumOne_StaysAtTheStart_AndZeroIsTheModel()
    {
        using TwoNumbers model = new(1, 2);
        using var still = new MomentumInterpolation(new() { Momentum = 1 }).Follow(model);
        using var same = new MomentumInterpolation(new() { Momentum = 0 }).Follow(model);
        model.Set(9, 8);
        still.Step();
        same.Step();
        same.UseSlow();
        Assert.Equal([9, 8], model.Numbers);
        same.UseFast();
        still.UseSlow();
        Assert.Equal([1, 2], model.Numbers);
    }

    [Fact]
    public void ModelsThatDoNotFit_AreRefused_AndNothingIsChanged()
    {
        using TwoNumbers model = new(1, 2), other = new(3, 4, "other"), longer = new(3, 4, count: 3);
        Assert.Equal(
            "Model 1 has no 'numbers', which is [2] here. Combine models of one architecture.",
            Assert.Throws<ArgumentException>(() => new Fuse(new()).Merge(model, [other])).Message);
        Assert.Equal(
            "Model 1 has [3] for 'numbers', which is [2] here. Combine models of one architecture.",
            Assert.Throws<ArgumentException>(() => new Fuse(new()).Merge(model, [longer])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Fuse(new()).Merge(model, []));
        Assert.StartsWith("There is nothing to sum.", Assert.Throws<ArgumentException>(() => WeightCombination.Of([])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Momentum was 2; it must lie in [0, 1].", Assert.Throws<OptionException>(() => new MomentumInterpolation(new() { Momentum = 2 }).Follow(model)).Message, StringComparison.Ordinal);
        Assert.Equal([1, 2], model.Numbers);
    }

    [Fact]
    public void SmallTypes_AreSummedInDouble_AndWholeNumbersAreTheFirsts()
    {
        using var scope = new TensorScope();
        Tensor a = Tensor.From<float>([1f], 1).To(DType.BFloat16), b = Tensor.From<float>([1f / 256], 1).To(DType.BFloat16);

        // 1 + 1/256 + 1/256 is 1 + 1/128 in bfloat16, 1 + 1/256 rounds to 1.
        var sum = WeightCombination.Of([(1, a), (1, b), (1, b)]);
        Assert.Equal(DType.BFloat16, sum.DType);
        Assert.Equal(1 + (1.0 / 128), sum.ToDoubles()[0]);
        Assert.Equal([5], WeightCombination.Of([(0.5, Tensor.From<long>([5], 1)), (0.5, Tensor.From<long>([9], 1))]).ToArray<long>());
    }

    private sealed class TwoNumbers : Module
    {
        private readonly Parameter _numbers;

        public TwoNumbers(double a, double b, string name = "numbers", int count = 2)
        {
            using var scope = new TensorScope();
            _numbers = Register(name, Tensor.From<float>([(float)a, (float)b, .. new float[count - 2]], count).Release(), ParameterRoles.Vector);
        }

        public double[] Numbers => [.. _numbers.Value.ToDoubles().Select(v => (double)(float)v)];

        public void Set(double a, double b)
        {
            using var scope = new TensorScope();
            _numbers.Value.CopyFrom(Tensor.From<float>([(float)a, (float)b], 2));
        }

        public override Tensor Forward(Tensor input) => input;
    }
}
