namespace Nabla.Claims.Tests;

/// <summary>Every claim gives the verdict on record; a new claim is covered without being named here.</summary>
public sealed class ClaimTests
{
    // Longer ones train models, whose last digits, and with them all later ones, depend on the processor.
    private const double LongestComparedSeconds = 1;

    public static TheoryData<string> Names => [.. RegisteredClaim.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Quick_Verdict_IsTheOneOnRecord(string name)
    {
        var claim = RegisteredClaim.Find(name);
        var run = ClaimRunner.Run(claim, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(claim.Registration.Expected == run.Verdict, $"{name} {run.Verdict}: {Show(run)}");
        Assert.NotEmpty(run.Figures);
        Assert.All(run.Figures.Keys, key => Assert.Matches("^[a-z0-9_.+-]+$", key));
        // A figure that is not finite would be lost in JSON, and the reader with it.
        Assert.All(run.Figures.Values, value => Assert.True(double.IsFinite(value), Show(run)));
        if (claim.Registration.Seconds <= LongestComparedSeconds)
        {
            DocumentTests.Agrees(run);
        }
    }

    internal static string Show(ClaimRun run) => string.Join(", ", run.Figures.Select(f => $"{f.Key} = {f.Value:R}"));
}
