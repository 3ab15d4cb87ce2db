using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Tests.Adaptation;

/// <summary>
/// Rows times a true matrix, and half the squared error of the model: by the identity, which is the whole population, or on
/// drawn rows, other ones in every batch.
/// </summary>
internal sealed class MatrixTask(string name, double[] truth, int outputs, int? rows = null, bool hasHead = false) : IAdaptationTask, IDisposable
{
    private readonly Parameter? _head = hasHead ? new Parameter(name + ".bias", Tensor.Zeros([outputs], DType.Float64).Release(), ParameterRoles.Vector) : null;

    public string Name { get; } = name;

    public IReadOnlyList<Parameter> Parameters => _head is null ? [] : [_head];

    public int Position { get; set; }

    /// <summary>Spoils the loss of this batch.</summary>
    public int Spoiled { get; init; } = -1;

    private int Inputs => truth.Length / outputs;

    public Batch NextBatch()
    {
        var batch = Make(Position);
        Position++;
        return batch;
    }

    public Tensor Loss(Module model, Batch batch)
    {
        var output = model.Forward(batch.Inputs);
        var error = (_head is null ? output : output + _head.Value) - batch.Targets;
        return error.Square().Sum() * ((Position == Spoiled ? double.NaN : 0.5) / (rows ?? 1));
    }

    public double Evaluate(Module model)
    {
        using var batch = Make(-1);
        return Loss(model, batch).Item();
    }

    public void Save(StateWriter writer) => writer.Integer("position", Position);

    public void Load(StateReader reader) => Position = (int)reader.Integer("position");

    public void Dispose() => _head?.Dispose();

    public Batch Make(int number)
    {
        double[] x = new double[(rows ?? Inputs) * Inputs];
        var random = new RandomStream(Seed.From(number).Derive(Name));
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = rows is null ? (i % (Inputs + 1) == 0 ? 1 : 0) : random.NextGaussian();
        }

        using var scope = new TensorScope();
        var inputs = Tensor.From<double>(x, rows ?? Inputs, Inputs);
        return new Batch(inputs.MoveToOuter(), inputs.Mm(Tensor.From<double>(truth, outputs, Inputs).T()).MoveToOuter(), rows ?? Inputs);
    }
}
