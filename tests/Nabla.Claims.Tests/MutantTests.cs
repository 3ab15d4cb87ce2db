namespace Nabla.Claims.Tests;

/// <summary>Every claim can fail: each deliberate defect changes its verdict. Beside the other claim tests, on another thread.</summary>
public sealed class MutantTests
{
    public static TheoryData<string, string> Mutants =>
        [.. RegisteredClaim.All.SelectMany(c => c.Claim.Mutants.Select(m => (c.Name, m)))];

    [Theory]
    [MemberData(nameof(Mutants))]
    public void Quick_Mutant_ChangesTheVerdict(string name, string mutant)
    {
        var claim = RegisteredClaim.Find(name);
        var run = ClaimRunner.Run(claim, mutant: mutant, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(
            claim.Registration.Expected != run.Verdict, $"{name} with {mutant} still {run.Verdict}: {ClaimTests.Show(run)}");
    }
}
