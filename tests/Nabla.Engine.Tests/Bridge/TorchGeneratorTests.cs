namespace Nabla.Engine.Tests.Bridge;

public sealed class TorchGeneratorTests : IDisposable
{
    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(700)]
    public void A_restored_state_goes_on_bit_by_bit(int drawnBefore)
    {
        using var generator = new TorchGenerator(42);
        _ = Tensor.Randn([drawnBefore], generator);
        byte[] state = generator.GetState();
        float[] expected = [.. Tensor.Randn([5], generator).ToArray<float>(), .. Tensor.Rand([33], generator).ToArray<float>()];

        generator.SetState(state);
        float[] again = [.. Tensor.Randn([5], generator).ToArray<float>(), .. Tensor.Rand([33], generator).ToArray<float>()];
        using var other = new TorchGenerator(1);
        other.SetState(state);
        float[] elsewhere = [.. Tensor.Randn([5], other).ToArray<float>(), .. Tensor.Rand([33], other).ToArray<float>()];

        Assert.Equal(Bits(expected), Bits(again));
        Assert.Equal(Bits(expected), Bits(elsewhere));
        Assert.NotEqual(state, generator.GetState());
    }

    [Fact]
    public void The_default_generator_is_what_operators_use_when_given_none()
    {
        TorchGenerator.Default.ManualSeed(11);
        float[] first = Tensor.Randn([4]).ToArray<float>();
        TorchGenerator.Default.ManualSeed(11);
        Assert.Equal(first, Tensor.Randn([4]).ToArray<float>());
        Assert.NotEqual(first, Tensor.Randn([4]).ToArray<float>());
        using var own = new TorchGenerator(11);
        Assert.Equal(first, Tensor.Randn([4], own).ToArray<float>());
        Assert.Equal(11UL, own.InitialSeed);
        TorchGenerator.Default.Dispose();
        Assert.Equal(11UL, TorchGenerator.Default.InitialSeed);
    }

    [Fact]
    public void A_wrong_state_is_refused_and_changes_nothing()
    {
        using var generator = new TorchGenerator(3);
        byte[] before = generator.GetState();

        Assert.Contains(
            "12 were given",
            Assert.Throws<EngineException>(() => generator.SetState(new byte[12])).Message,
            StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => generator.SetState(new byte[before.Length]));
        Assert.Equal(before, generator.GetState());
        generator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => generator.GetState());
    }

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
