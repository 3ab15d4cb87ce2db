namespace Nabla.Engine.Tests.Bridge;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("cpu", DeviceKind.Cpu, 0, "cpu")]
    [InlineData("cuda", DeviceKind.Cuda, 0, "cuda:0")]
    [InlineData("cuda:3", DeviceKind.Cuda, 3, "cuda:3")]
    public void Names_are_read_and_written(string text, DeviceKind kind, int index, string written)
    {
        Device device = Device.Parse(text);

        Assert.Equal(new Device(kind, index), device);
        Assert.Equal(written, device.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:128")]
    [InlineData("cpu:0 ")]
    public void Other_names_are_refused(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => Device.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_device_that_is_not_there_is_an_engine_error()
    {
        Assert.SkipWhen(Torch.CudaAvailable, "This machine has a graphics processor.");
        Assert.Throws<EngineException>(() => Tensor.Zeros([2], device: Device.Cuda(0)));
    }

    [Fact]
    public void Scalars_keep_kind_and_value()
    {
        Scalar integer = 3;
        Scalar number = 3.0;

        Assert.NotEqual(integer, number);
        Assert.Equal(integer, (Scalar)3L);
        Assert.Equal(integer.ToDouble(), number.ToDouble());
        Assert.Equal("3", integer.ToString());
        Assert.Equal("0.1", ((Scalar)0.1).ToString());
        Assert.Equal("true", ((Scalar)true).ToString());
        Assert.True(number.IsFloatingPoint);
        Assert.False(integer.IsFloatingPoint);
    }
}
