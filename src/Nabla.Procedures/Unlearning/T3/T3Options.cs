using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of temper-then-tilt unlearning.</summary>
/// <remarks>The authors' settings for TOFU: temperature 2.5, rank 20 or 50, AdamW at 1e-2 or 1e-3 with the same decay, 100 passes of
/// which 25 warm up and the others fall to 0, batches of 32.</remarks>
public sealed record T3Options : UnlearnerOptions
{
    /// <summary>T: the temperature of the base; 1 is plain classifier guidance. Range: 1 or above. Default: 2.5.</summary>
    [Option("temperature of the base; 1 is plain classifier guidance", Minimum = 1, Usual = "1.5 to 5")]
    public double Temperature { get; init; } = 2.5;

    /// <summary>g: how much the classifier counts. Range: 0 or above. Default: 1.</summary>
    [Option("how much the classifier counts", Minimum = 0, Usual = "1")]
    public double Guidance { get; init; } = 1;

    /// <summary>h: numbers between the two maps of the head. Range: 1 or above. Default: 20.</summary>
    [Option("numbers between the two maps of the head", Minimum = 1, Usual = "20 to 50")]
    public int Rank { get; init; } = 20;

    /// <summary>What stands between the two maps. Default: identity.</summary>
    [Option("what stands between the two maps of the head")]
    public T3Activation Activation { get; init; }

    /// <summary>Whether the first map has a bias. Default: false.</summary>
    [Option("give the first map of the head a bias")]
    public bool Bias { get; init; }

    /// <summary>
    /// γ: the share of forget data among what the base was trained on; then the classifier, which is trained on halves, is
    /// moved by ln((1 - γ) / γ). 0 leaves it as trained, as the published code does. Range: from 0 to below 1. Default: 0.
    /// </summary>
    [Option("share of forget data in training, which moves the classifier; 0 leaves it", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0 to 0.1")]
    public double ForgetShare { get; init; }

    /// <summary>Whether the base is run once over all examples, its states kept; otherwise at each reading. The numbers are the same. Default: true.</summary>
    [Option("run the base once and keep its states")]
    public bool Cached { get; init; } = true;

    /// <summary>What is added to the classifier's logits for <see cref="ForgetShare"/>.</summary>
    public double PriorShift => ForgetShare == 0 ? 0 : Math.Log((1 - ForgetShare) / ForgetShare);

    /// <inheritdoc/>
    public override IUnlearner Create() => new T3(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            ForgetShare == 0 || Guidance > 0,
            ForgetShare,
            "has no effect without guidance",
            "Leave it at 0, or set Guidance above 0.");
    }
}
