using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Flattens the logits of what is to be forgotten, with the retain loss as a constraint whose price is learned.</summary>
/// <remarks>
/// <para>Needs: a bound on the retain loss that the user can accept.</para>
/// <para>Choose it: where the acceptable loss on the rest is known and its weight is not.</para>
/// </remarks>
[Method(
    "pdu",
    Family.Unlearning,
    Paper = "arXiv:2506.05314",
    Title = "Constrained Entropic Unlearning: A Primal-Dual Framework for Large Language Models")]
[Departs("The flatness is taken at the positions that predict answers; public code averages over all positions.")]
public sealed class Pdu : LadderUnlearner, ICataloguedMethod<PduOptions>
{
    private readonly PduOptions _options;
    private double _alpha;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public Pdu(PduOptions? options = null)
        : base(options ??= new())
    {
        _options = options;
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L_forget = mean (max z - mean z)^2",
        "L = gamma * L_forget + alpha * (L_retain - epsilon)",
        "from epoch warmupEpochs on, after each step: alpha <- max(0, alpha + dualStep * (L_retain - epsilon))",
    ];

    /// <summary>α as the last step left it.</summary>
    public double Multiplier => _alpha;

    /// <inheritdoc/>
    protected override bool KeepsAnything => true;

    /// <inheritdoc/>
    protected override double RetainWeight => _alpha;

    /// <inheritdoc/>
    protected override void Remember(IUnlearningTask task, UnlearningBudget budget, Action<IDisposable> own) => _alpha = _options.Alpha;

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch) => ForgetLosses.Flatness(Forgotten(batch));

    /// <inheritdoc/>
    protected override Tensor RetainedLoss(UnlearningBatch batch) => base.RetainedLoss(batch) - _options.Epsilon;

    /// <inheritdoc/>
    protected override void SawRetainLoss(UnlearningBatch batch, double loss)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Epoch >= _options.WarmupEpochs)
        {
            _alpha = Math.Max(0, _alpha + (_options.DualStep * loss));
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, double> Finish(IUnlearningTask task) =>
        new Dictionary<string, double> { ["multiplier"] = _alpha };
}
