using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of standard retraining.</summary>
public sealed record StandardRetrainingOptions : MethodOptions
{
    /// <summary>In which order the tasks move the base: in turns or summed. Default: in turns.</summary>
    [Option("in which order the tasks move the base: interleaved or summed")]
    public RetrainingSchedule Schedule { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            Schedule != RetrainingSchedule.Nested,
            Schedule,
            "needs adapters",
            "Set StandardRetrainingOptions.Schedule to Interleaved or Summed.");
    }
}
