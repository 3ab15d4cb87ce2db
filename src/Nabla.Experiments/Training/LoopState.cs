using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>What the loop itself must remember to go on as if it had never stopped.</summary>
internal sealed class LoopState : IStateful
{
    public long Step { get; set; }

    public long Items { get; set; }

    public double Seconds { get; set; }

    public double StepSeconds { get; set; }

    /// <summary>Training time at the last evaluation, so that evaluations by time keep their rhythm.</summary>
    public double EvaluatedAt { get; set; }

    /// <summary>libtorch's default generator, which draws dropout; position included.</summary>
    public byte[] Generator { get; set; } = [];

    public void Save(StateWriter writer)
    {
        writer.Integer("step", Step);
        writer.Integer("items", Items);
        writer.Number("seconds", Seconds);
        writer.Number("step_seconds", StepSeconds);
        writer.Number("evaluated_at", EvaluatedAt);
        writer.Text("generator", Convert.ToBase64String(TorchGenerator.Default.GetState()));
    }

    public void Load(StateReader reader)
    {
        Step = reader.Integer("step");
        Items = reader.Integer("items");
        Seconds = reader.Number("seconds");
        StepSeconds = reader.Number("step_seconds");
        EvaluatedAt = reader.Number("evaluated_at");
        try
        {
            Generator = Convert.FromBase64String(reader.Text("generator"));
        }
        catch (FormatException e)
        {
            throw new CheckpointException("The state of the random generator is not readable.", e);
        }
    }
}
