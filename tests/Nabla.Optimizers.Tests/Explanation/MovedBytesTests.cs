namespace Nabla.Optimizers.Tests.Explanation;

/// <summary>The bytes that <c>nabla explain</c> and <c>nabla bench</c> count.</summary>
public sealed class MovedBytesTests
{
    /// <summary>
    /// The update reads parameter, gradient and state and writes parameter and state. A pass of reductions before it reads
    /// what its summands look at, once: for lars the two norms, for lamb everything.
    /// </summary>
    [Theory]
    [InlineData("sgd", 8, 4)]
    [InlineData("adam", 16, 12)]
    [InlineData("lars", 12 + 8, 8)]
    [InlineData("lamb", 16 + 16, 12)]
    public void Bytes_WithReductions_CountTheirPasses(string name, int read, int written)
    {
        var method = Core.Catalogue.Find(name);
        Assert.Equal(read, method.ReadBytes);
        Assert.Equal(written, method.WrittenBytes);
        Assert.Contains(
            $"memory moved a step: {read + written} bytes ({read} read, {written} written", method.Explain(), StringComparison.Ordinal);
    }
}
