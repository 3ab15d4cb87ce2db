using Nabla.Engine;
using Nabla.Online.Matrices;

namespace Nabla.Claims.Matrix;

/// <summary>What the projection of one-sided Shampoo buys, and what it costs.</summary>
[Claim(
    "leon/projection-free",
    Says = "FAML's regret is within a factor of two of that of one-sided Shampoo, up to the constant 2 D m G, with one decomposition a round where the projection takes many.",
    Source = "arXiv:2602.08232, Theorem 8 and the cost counted in section 1",
    Seconds = 3)]
internal sealed class ShampooRatio() : RegretClaim(4, 7)
{
    /// <inheritdoc/>
    protected override Func<Seed, MatrixLearner> Method => _ => new Faml(Rows, Columns, Radius, 1);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<Seed, MatrixLearner>> Defects => new Dictionary<string, Func<Seed, MatrixLearner>>
    {
        ["no-smoothing"] = _ => new FollowTheLeader(Rows, Columns, Radius),
        ["projection-each-round"] = _ => new QuadraticFtrl(Rows, Columns, Radius, 1),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<Seed, MatrixLearner> subject, ClaimContext context)
    {
        var rounds = context.Full ? 1000 : 100;
        var mine = PlayAll(subject, rounds, context);
        var shampoo = PlayAll(_ => new OneSidedShampoo(Rows, Columns, Radius), rounds, context);
        var added = 2 * Radius * Math.Min(Rows, Columns);
        var worst = AdversaryNames.Max(a => (mine[a].Regret - added) / Math.Max(shampoo[a].Regret, added));
        var cost = mine.Values.Average(r => (double)r.Decompositions / rounds);
        var theirs = shampoo.Values.Average(r => (double)r.Decompositions / rounds);
        return ClaimOutcome.Of(
            worst <= 2 && cost <= 1 && theirs >= 5 * cost,
            [
                .. AdversaryNames.SelectMany(a => new (string, double)[]
                {
                    ($"regret_{a}", mine[a].Regret), ($"shampoo_regret_{a}", shampoo[a].Regret),
                }),
                ("largest_ratio", worst),
                ("decompositions_a_round", cost),
                ("shampoo_decompositions_a_round", theirs),
            ]);
    }
}
