namespace Nabla.Claims.Tests;

/// <summary>What every claim must satisfy; a new claim is covered without being named here.</summary>
public sealed class ClaimTests
{
    public static TheoryData<string> Names => [.. RegisteredClaim.All.Select(c => c.Name)];

    public static TheoryData<string, string> Mutants =>
        [.. RegisteredClaim.All.SelectMany(c => c.Claim.Mutants.Select(m => (c.Name, m)))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Quick_Verdict_IsTheOneOnRecord(string name)
    {
        var claim = Find(name);
        var outcome = claim.Claim.Run(new ClaimContext());
        Assert.True(
            claim.Registration.Expected == outcome.Verdict,
            $"{name} {outcome.Verdict}: {string.Join(", ", outcome.Figures.Select(f => $"{f.Key} = {f.Value:R}"))}");
        Assert.NotEmpty(outcome.Figures);
        Assert.NotEmpty(claim.Claim.Mutants);
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public void Quick_Mutant_ChangesTheVerdict(string name, string mutant)
    {
        var claim = Find(name);
        var outcome = claim.Claim.Run(new ClaimContext { Mutant = mutant });
        Assert.True(
            claim.Registration.Expected != outcome.Verdict,
            $"{name} with {mutant} still {outcome.Verdict}: "
            + string.Join(", ", outcome.Figures.Select(f => $"{f.Key} = {f.Value:R}")));
    }

    private static RegisteredClaim Find(string name) => RegisteredClaim.All.Single(c => c.Name == name);
}
