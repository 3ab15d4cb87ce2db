using Nabla.Core;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.Attention;

/// <summary>Decomposes the heads of a GPT and of a Llama with shared keys and compares all scores.</summary>
[Claim(
    "clover/outputs-unchanged",
    Says = "Absorbing and decomposing the weights of queries and keys, values and outputs leaves the outputs within 1e-5, with biases, with shared keys and with rotary positions.",
    Source = "arXiv:2411.17426, absorb-decompose",
    Seconds = 0.3)]
internal sealed class OutputsUnchanged : Claim<Func<AttentionLayer, AttentionLayer>>
{
    // Scores are of order one in float32.
    private const double Limit = 1e-5;

    /// <inheritdoc/>
    protected override Func<AttentionLayer, AttentionLayer> Method { get; } = layer => layer;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<AttentionLayer, AttentionLayer>> Defects { get; } =
        new Dictionary<string, Func<AttentionLayer, AttentionLayer>>
        {
            ["rotary-positions-ignored"] = layer => layer with { TurnsByPosition = false },
            ["keys-for-values"] = layer => layer with { Value = layer.Key, ValueAt = layer.KeyAt },
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AttentionLayer, AttentionLayer> subject, ClaimContext context)
    {
        double Largest(CausalModel model)
        {
            using (model)
            {
                var before = CloverModels.Scores(model, context.Seed);
                using var clover = new Clover(new Seen([.. ((IAttentionModel)model).Attentions.Select(subject)]), new CloverOptions());
                return before.Zip(CloverModels.Scores(model, context.Seed), (a, b) => Math.Abs(a - b)).Max();
            }
        }

        var (gpt, llama) = (Largest(CloverModels.Gpt(context.Seed)), Largest(CloverModels.Llama(context.Seed)));
        return ClaimOutcome.Of(
            Math.Max(gpt, llama) <= Limit, ("largest_change_of_gpt", gpt), ("largest_change_of_llama", llama), ("limit", Limit));
    }

    private sealed record Seen(IReadOnlyList<AttentionLayer> Attentions) : IAttentionModel;
}
