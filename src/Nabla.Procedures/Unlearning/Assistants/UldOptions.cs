using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of unlearning from logit difference.</summary>
/// <remarks>The authors' settings for TOFU: AdamW at 1e-3, rank 16 or 32, retain weight 5, logits less 0.8 times the assistant's, filter 0.01.</remarks>
public sealed record UldOptions : UnlearnerOptions
{
    /// <summary>β: weight of the loss that asks the assistant to know nothing of what is kept. Range: 0 or above. Default: 5.</summary>
    [Option("weight of the loss that asks the assistant to know nothing of what is kept", Minimum = 0, Usual = "1 to 10")]
    public double RetainWeight { get; init; } = 5;

    /// <summary>α: how much of the assistant's logits is taken away. Range: 0 or above. Default: 0.8.</summary>
    [Option("how much of the assistant's logits is taken away", Minimum = 0, Usual = "0.5 to 1")]
    public double Weight { get; init; } = 0.8;

    /// <summary>
    /// Tokens less likely for the base than this share of its likeliest keep the base's logits; at least this share of all tokens does not. 0 filters
    /// nothing. Range: 0 to below 1. Default: 0.01.
    /// </summary>
    [Option("tokens less likely than this share of the likeliest keep the base's logits", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.01 to 0.1")]
    public double TopLogitFilter { get; init; } = 0.01;

    /// <summary>Rank of the assistant's adapters; smaller matrices take what they have. Range: 1 or above. Default: 16.</summary>
    [Option("rank of the assistant's adapters", Minimum = 1, Usual = "16 to 32")]
    public int Rank { get; init; } = 16;

    /// <summary>The products are scaled by this over the rank. Range: above 0. Default: 32.</summary>
    [Option("the products are scaled by this over the rank", Minimum = 0, ExcludesMinimum = true, Usual = "rank to 2 rank")]
    public double LoraAlpha { get; init; } = 32;

    /// <inheritdoc/>
    public override IUnlearner Create() => new Uld(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
