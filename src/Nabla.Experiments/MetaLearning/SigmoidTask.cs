using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Objectives;

namespace Nabla.Experiments;

/// <summary>Samples of y = c' sigmoid(M x) with noise; the model is the layer that stands for M, and c is known.</summary>
internal sealed class SigmoidTask : IAdaptationTask, IDisposable
{
    private readonly Tensor _weights;
    private readonly Tensor _inputs;
    private readonly Tensor _targets;
    private readonly Tensor _testInputs;
    private readonly Tensor _testTargets;

    public SigmoidTask(string name, double[] matrix, double[] weights, int count, int testCount, double noise, Seed seed)
    {
        Name = name;
        var d = weights.Length;
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        using var teacher = new Linear(Tensor.From<double>(matrix, d, d).Release());
        _weights = Tensor.From<double>(weights, d, 1).Release();
        Tensor Inputs(int rows, string part) => Tensor.From<double>(PlantedTasks.Normals(rows * d, 1, seed.Derive(part)), rows, d).Release();
        (_inputs, _testInputs) = (Inputs(count, "inputs"), Inputs(testCount, "test inputs"));
        _targets = (Answers(teacher, _inputs) + Tensor.From<double>(PlantedTasks.Normals(count, noise, seed.Derive("noise")), count, 1)).Release();
        _testTargets = Answers(teacher, _testInputs).Release();
    }

    public string Name { get; }

    public IReadOnlyList<Parameter> Parameters => [];

    // All samples; the caller's handles are its own.
    public Batch NextBatch() => new(_inputs.Detach().Release(), _targets.Detach().Release(), _inputs.Shape[0]);

    public Tensor Loss(Module model, Batch batch)
    {
        using var scope = new TensorScope();
        return (Answers(model, batch.Inputs) - batch.Targets).Square().Mean().MoveToOuter();
    }

    public double Evaluate(Module model)
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        return (Answers(model, _testInputs) - _testTargets).Square().Mean().Item();
    }

    public void Save(StateWriter writer)
    {
    }

    public void Load(StateReader reader)
    {
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _weights, _inputs, _targets, _testInputs, _testTargets })
        {
            tensor.Dispose();
        }
    }

    private Tensor Answers(Module model, Tensor inputs) => model.Forward(inputs).Sigmoid().Mm(_weights);
}
