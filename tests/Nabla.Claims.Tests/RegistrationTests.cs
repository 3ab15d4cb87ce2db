using Nabla.Core;

namespace Nabla.Claims.Tests;

public sealed class RegistrationTests
{
    // Two cores run the verdicts and the mutants beside each other.
    private const double QuickBudgetSeconds = 12 * 60;

    [Fact]
    public void Names_AreUnique_AndSayMethodAndClaim()
    {
        Assert.NotEmpty(RegisteredClaim.All);
        Assert.Equal(RegisteredClaim.All.Count, RegisteredClaim.All.Select(c => c.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(RegisteredClaim.All, claim => Assert.Matches("^[a-z0-9-]+/[a-z0-9-]+$", claim.Name));
    }

    [Fact]
    public void EveryClaim_SaysSomething_AndNamesItsSource() => Assert.All(RegisteredClaim.All, claim =>
    {
        Assert.True(claim.Registration.Says.Length >= 20 && claim.Registration.Says.EndsWith('.'), claim.Name);
        Assert.True(claim.Registration.Source.Length >= 5, claim.Name);
        Assert.True(claim.Registration.Seconds > 0, claim.Name);
    });

    [Fact]
    public void EveryClaim_IsAboutAMethodOfTheCatalogue()
    {
        var methods = Catalogue.Methods.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(RegisteredClaim.All.Where(c => !methods.Contains(c.Method)).Select(c => c.Name));
    }

    [Fact]
    public void EveryClaim_HasAMutant() =>
        Assert.Empty(RegisteredClaim.All.Where(c => c.Claim.Mutants.Count == 0).Select(c => c.Name));

    [Fact]
    public void StatedSeconds_FitTheBudgetOfTheQuickSuite() =>
        Assert.InRange(RegisteredClaim.All.Sum(c => c.Registration.Seconds), 0, QuickBudgetSeconds);

    [Fact]
    public void Find_UnknownClaim_SaysWhereTheNamesAre()
    {
        var failure = Assert.Throws<ArgumentException>(() => RegisteredClaim.Find("mvn-grad/nothing"));
        Assert.StartsWith(
            $"There is no claim 'mvn-grad/nothing'. 'nabla claims' shows all {RegisteredClaim.All.Count}.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UnknownMutant_NamesThoseThereAre()
    {
        var claim = RegisteredClaim.Find("mvn-grad/bounded-spike");
        var failure = Assert.Throws<ArgumentException>(
            () => ClaimRunner.Run(claim, mutant: "nothing", cancellationToken: TestContext.Current.CancellationToken));
        Assert.StartsWith(
            "The claim has no mutant 'nothing'. Its mutants are stale-variance, no-variance-correction.", failure.Message, StringComparison.Ordinal);
    }
}
