using Nabla.Engine;

namespace Nabla.Claims.Tests;

public sealed class DeterminismTests
{
    // The quickest ones, so that the suite stays quick; they use every way in which claims draw numbers.
    public static TheoryData<string> Names =>
        [.. RegisteredClaim.All.Where(c => c.Registration.Seconds <= 0.5).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void SameSeed_GivesTheSameFigures_ToTheBit_WhateverThreadsWereSet(string name)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var claim = RegisteredClaim.Find(name);
        var first = ClaimRunner.Run(claim, seed: 3, cancellationToken: cancellation);
        var threads = Torch.Threads;
        Torch.Threads = threads == 1 ? 2 : 1;
        var second = ClaimRunner.Run(claim, seed: 3, cancellationToken: cancellation);
        Torch.Threads = threads;
        Assert.Equal(first.Verdict, second.Verdict);
        Assert.Equal(first.Figures.Keys, second.Figures.Keys);
        Assert.Equal(first.Figures.Values.Select(BitConverter.DoubleToInt64Bits), second.Figures.Values.Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public void OtherSeed_GivesOtherFigures()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var claim = RegisteredClaim.Find("mvn-grad/steady-variance");
        Assert.NotEqual(
            ClaimRunner.Run(claim, seed: 1, cancellationToken: cancellation).Figures["variance"],
            ClaimRunner.Run(claim, seed: 2, cancellationToken: cancellation).Figures["variance"]);
    }

    [Fact]
    public void CancelledRun_HasNoVerdict()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => ClaimRunner.Run(RegisteredClaim.Find("mvn-grad/first-step"), cancellationToken: source.Token));
    }
}
