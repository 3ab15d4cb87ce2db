namespace Nabla.Experiments;

/// <summary>What minimizing the population loss of Meta-LoRA found.</summary>
/// <param name="Base">The base, row after row.</param>
/// <param name="Loss">The loss that is left; 0 at a global minimum.</param>
/// <param name="RelativeError">The Frobenius norm of base less truth, divided by that of the truth.</param>
public sealed record LinearRecovery(IReadOnlyList<double> Base, double Loss, double RelativeError)
{
    /// <summary>Whether the loss is below 1e-8, a global minimum but for rounding.</summary>
    public bool IsGlobal => Loss < 1e-8;

    /// <summary>Whether the base is the true one to 1 part in 1000.</summary>
    public bool IsRecovered => RelativeError < 1e-3;
}
