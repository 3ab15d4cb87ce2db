using Nabla.Claims;

namespace Nabla.Dashboard.Tests;

/// <summary>A claim whose experiment is a function.</summary>
internal sealed class FakeClaim(Func<ClaimContext, ClaimOutcome> run) : IClaim
{
    public IReadOnlyList<string> Mutants => ["wrong-sign"];

    public static RegisteredClaim Named(string name, Func<ClaimContext, ClaimOutcome> run) => new(
        new ClaimAttribute(name) { Says = $"The <b>sentence</b> of {name}.", Source = "a paper", Seconds = 1 }, new FakeClaim(run));

    public static RegisteredClaim Holding(string name) => Named(name, _ => ClaimOutcome.Of(true, ("spread_of_steps", 0.125)) with
    {
        Plots = [new ClaimPlot("Spread", "step", "spread", new Dictionary<string, IReadOnlyList<(double X, double Y)>>
        {
            ["measured"] = [(1, 2), (2, double.NaN)],
        })],
    });

    public ClaimOutcome Run(ClaimContext context) => run(context);
}
