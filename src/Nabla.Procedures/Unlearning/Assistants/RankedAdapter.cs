using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Unlearning;

/// <summary>Adapters on all linear layers but the head, none of more rank than its matrix has.</summary>
internal static class RankedAdapter
{
    /// <summary>Makes the adapter; it stands beside nothing yet.</summary>
    public static LoraAdapter Make(Module model, int most, double alpha, Seed seed)
    {
        var sizes = LoraAdapter.Chosen(model, [LoraAdapter.AllLinear])
            .ToDictionary(one => one.Name, one => (int)Math.Min(one.Layer.Inputs, one.Layer.Outputs), StringComparer.Ordinal);
        LoraOptions Of(string name)
        {
            // A small matrix has no more directions than its smaller side; the scale stays that of the others.
            var rank = Math.Min(most, sizes[name]);
            return new LoraOptions { Rank = rank, Alpha = alpha * rank / most };
        }

        return new LoraAdapter(model, new LoraOptions { Rank = most, Alpha = alpha }, seed, [LoraAdapter.AllLinear], Of);
    }
}
