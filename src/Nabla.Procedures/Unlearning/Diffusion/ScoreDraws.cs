using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Noise, classes and noise levels as a network takes them, in the caller's scope.</summary>
internal sealed class ScoreDraws(IClassDenoiser network, RandomStream random)
{
    private readonly DType _dtype = network.Model.Parameters is [var first, ..] ? first.Value.DType : DType.Float32;
    private readonly Device _device = network.Model.Parameters is [var first, ..] ? first.Value.Device : Device.Cpu;

    /// <summary>What everything is drawn from.</summary>
    internal RandomStream Random => random;

    /// <summary>Standard normal numbers, a sample a row.</summary>
    internal Tensor Noise(int count) => random.NextGaussians([count, .. network.SampleShape]).To(_device, _dtype);

    /// <summary>Classes as int64.</summary>
    internal Tensor Classes(IReadOnlyList<int> classes) =>
        Tensor.From<long>([.. classes.Select(c => (long)c)], classes.Count).To(_device, DType.Int64);

    /// <summary>One level for all.</summary>
    internal Tensor Levels(int count, double level) => Tensor.Full([count], level, _dtype).To(_device, _dtype);

    /// <summary>A level of its own for each, from times drawn evenly.</summary>
    internal Tensor Levels(int count, double least, double greatest) => Tensor.From<double>(
        [.. Enumerable.Range(0, count).Select(_ => ScoreDistillation.Level(least + ((greatest - least) * random.NextDouble())))], count).To(_device, _dtype);

    /// <summary>Adds noise of the levels to samples.</summary>
    internal Tensor Add(Tensor sample, Tensor levels)
    {
        var count = (int)sample.Shape[0];
        return sample + (Noise(count) * levels.Reshape([count, .. network.SampleShape.Select(_ => 1L)]));
    }
}
