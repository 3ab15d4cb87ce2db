using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>A growing list of losses that a checkpoint holds to the bit.</summary>
internal sealed class LossSeries : IStateful
{
    private readonly List<LossPoint> _points = [];

    public IReadOnlyList<LossPoint> Points => _points;

    public void Add(LossPoint point) => _points.Add(point);

    public void Save(StateWriter writer)
    {
        writer.Integer("count", _points.Count);
        if (_points.Count > 0)
        {
            long count = _points.Count;
            // Owned by the scope of the checkpoint.
            writer.Tensor("step", Tensor.From<long>([.. _points.Select(p => p.Step)], count));
            writer.Tensor("seconds", Tensor.From<double>([.. _points.Select(p => p.Seconds)], count));
            writer.Tensor("loss", Tensor.From<double>([.. _points.Select(p => p.Loss)], count));
        }
    }

    public void Load(StateReader reader)
    {
        _points.Clear();
        if (reader.Integer("count") == 0)
        {
            return;
        }

        long[] steps = reader.Tensor("step").ToArray<long>();
        double[] seconds = reader.Tensor("seconds").ToArray<double>();
        double[] losses = reader.Tensor("loss").ToArray<double>();
        if (steps.Length != seconds.Length || steps.Length != losses.Length)
        {
            throw new CheckpointException(
                $"The series of losses has {steps.Length} steps, {seconds.Length} times and {losses.Length} losses; they must be as many.");
        }

        for (int i = 0; i < steps.Length; i++)
        {
            _points.Add(new LossPoint(steps[i], seconds[i], losses[i]));
        }
    }
}
