using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Gradient ascent, or descent where <see cref="Upside"/> says so, on low-rank adapters.</summary>
internal sealed record LowRankAscent : LowRankOptions
{
    /// <summary>Whether the hinge stands upside down: it lifts the answer above the runner-up.</summary>
    public bool Upside { get; init; }

    /// <inheritdoc/>
    public override IUnlearner Create() => new Method(this);

    private sealed class Method(LowRankAscent options) : LowRankUnlearner(options)
    {
        protected override Tensor ForgetLoss(UnlearningBatch batch) =>
            options.Upside ? ForgetLosses.InvertedHinge(Forgotten(batch)) * -1.0 : ForgetLosses.Ascent(Forgotten(batch));
    }
}
