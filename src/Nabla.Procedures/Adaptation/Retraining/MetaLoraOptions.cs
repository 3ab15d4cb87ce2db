using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of Meta-LoRA; rank and scale of the adapters are those of <see cref="LoraOptions"/>.</summary>
public sealed record MetaLoraOptions : MethodOptions
{
    /// <summary>In which order base and adapters move. Default: task after task.</summary>
    [Option("in which order base and adapters move")]
    public RetrainingSchedule Schedule { get; init; }

    /// <summary>Steps of each adapter before a step of the base in the nested schedule. Range: 0 or above. Default: 0.</summary>
    [Option("steps of each adapter before a step of the base, in the nested schedule", Minimum = 0, Usual = "10")]
    public int InnerSteps { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
                Schedule != RetrainingSchedule.Nested || InnerSteps >= 1,
                InnerSteps,
                "must be 1 or above in the nested schedule",
                "Set MetaLoraOptions.InnerSteps, usually to 10.")
            .Require(
                Schedule == RetrainingSchedule.Nested || InnerSteps == 0,
                InnerSteps,
                "has no effect but in the nested schedule",
                "Set MetaLoraOptions.Schedule to Nested, or leave InnerSteps at 0.");
    }
}
