using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Running means of a base's hidden states, prompt included: what a T3 head reads.</summary>
internal static class PooledStates
{
    /// <summary>The type in which sums are kept: half precision would lose them.</summary>
    public static DType TypeFor(DType type) => type == DType.Float64 ? DType.Float64 : DType.Float32;

    /// <summary>The means at the positions that predict an example's answer, [answer tokens, width], in the caller's scope.</summary>
    public static Tensor Of(ICausalModel model, TokenExample example, Device device)
    {
        long[] tokens = [.. example.Prompt.Concat(example.Answer).Take(example.Prompt.Count + example.Answer.Count - 1).Select(t => (long)t)];
        var input = Tensor.From<long>(tokens, 1, tokens.Length);
        // One example at a time, so that the numbers do not depend on what stands beside it.
        return Of(model.Hidden(input.To(device, DType.Int64))).Select(0, 0).Narrow(0, example.Prompt.Count - 1, example.Answer.Count);
    }

    /// <summary>The means at all positions of sequences without padding at the left, [batch, count, width].</summary>
    public static Tensor Of(Tensor hidden)
    {
        var length = hidden.Shape[1];
        var wide = hidden.To(TypeFor(hidden.DType));
        double[] counts = [.. Enumerable.Range(1, (int)length).Select(n => (double)n)];
        return wide.Cumsum(1) / Tensor.From<double>(counts, 1, length, 1).To(wide.Device, wide.DType);
    }
}
