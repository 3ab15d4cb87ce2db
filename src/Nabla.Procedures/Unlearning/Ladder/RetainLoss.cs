namespace Nabla.Procedures.Unlearning;

/// <summary>What keeps a model from losing more than it shall, beside a loss of forgetting.</summary>
public enum RetainLoss
{
    /// <summary>Nothing; no example to keep is read.</summary>
    None,

    /// <summary>The loss that the model was trained with, on examples to keep.</summary>
    Nll,

    /// <summary>KL(p_ref ‖ p_θ) to the starting model at the answers of examples to keep.</summary>
    Kl,

    /// <summary>The mean square of what hidden states of one block moved on examples to keep; only where a method steers hidden states.</summary>
    Hidden,
}
