using System.Security.Cryptography;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments.Tests;

/// <summary>A small network with dropout on a noisy curve: real gradients, real generators, milliseconds.</summary>
internal sealed class Regression : ILearningTask
{
    private const int Features = 5;
    private const int Hidden = 7;

    private readonly Network _network;
    private readonly RandomStream _data;
    private readonly int _batch;
    private readonly float[] _validationInputs;
    private readonly float[] _validationTargets;

    public Regression(long seed, double dropout = 0.25, int batch = 6)
    {
        Seed root = Seed.From(seed);
        _network = new Network(root.Derive("model"), Features, Hidden, dropout);
        _data = new RandomStream(root.Derive("data"));
        _batch = batch;
        RandomStream validation = new(root.Derive("validation"));
        (_validationInputs, _validationTargets) = Draw(validation, 32);
    }

    public string Name => "regression";

    public Module Model => _network;

    public string ItemName => "rows";

    public string DatasetSummary => "Rows drawn from a curve with noise & <tags> \"quoted\".";

    public IReadOnlyDictionary<string, double> Baselines { get; } = new Dictionary<string, double> { ["variance"] = 1.3 };

    /// <summary>A hash of every batch that was drawn, in order.</summary>
    public List<string> Batches { get; } = [];

    /// <summary>Called with the number of losses so far, from 1, and the loss; its result is used instead.</summary>
    public Func<int, Tensor, Tensor>? Spoil { get; set; }

    public int Losses { get; private set; }

    public Batch NextBatch()
    {
        (float[] inputs, float[] targets) = Draw(_data, _batch);
        byte[] bytes = [.. inputs.Concat(targets).SelectMany(BitConverter.GetBytes)];
        Batches.Add(Convert.ToHexString(SHA256.HashData(bytes)));
        return new Batch(Tensor.From(inputs, _batch, Features), Tensor.From(targets, _batch, 1), _batch);
    }

    public Tensor Loss(Batch batch)
    {
        Losses++;
        Tensor loss = _network.Forward(batch.Inputs).MseLoss(batch.Targets);
        return Spoil?.Invoke(Losses, loss) ?? loss;
    }

    public double Evaluate()
    {
        using IDisposable none = GradMode.Disable();
        bool training = _network.Training;
        _network.Training = false;
        using TensorScope scope = new();
        Tensor inputs = Tensor.From(_validationInputs, _validationTargets.Length, Features);
        Tensor targets = Tensor.From(_validationTargets, _validationTargets.Length, 1);
        double loss = _network.Forward(inputs).MseLoss(targets).Item();
        _network.Training = training;
        return loss;
    }

    public float[] Weights() => [.. Model.Parameters.SelectMany(p => p.Value.Detach().ToArray<float>())];

    public void Save(StateWriter writer)
    {
        foreach (Parameter parameter in Model.Parameters)
        {
            writer.Tensor(parameter.Name, parameter.Value);
        }

        writer.Text("position", _data.State);
    }

    public void Load(StateReader reader)
    {
        using IDisposable none = GradMode.Disable();
        foreach (Parameter parameter in Model.Parameters)
        {
            parameter.Value.CopyFrom(reader.Tensor(parameter.Name));
        }

        _data.State = reader.Text("position");
    }

    public void Dispose() => _network.Dispose();

    private static (float[] Inputs, float[] Targets) Draw(RandomStream stream, int rows)
    {
        float[] inputs = new float[rows * Features];
        float[] targets = new float[rows];
        for (int i = 0; i < rows; i++)
        {
            double sum = 0.3;
            for (int j = 0; j < Features; j++)
            {
                double x = stream.NextGaussian();
                inputs[(i * Features) + j] = (float)x;
                sum += Math.Sin(x + j) * (j - 1.5);
            }

            targets[i] = (float)(sum + (0.1 * stream.NextGaussian()));
        }

        return (inputs, targets);
    }

    private sealed class Network : Module
    {
        private readonly double _dropout;
        private readonly Parameter _first;
        private readonly Parameter _bias;
        private readonly Parameter _second;

        public Network(Seed seed, int features, int hidden, double dropout)
        {
            RandomStream random = new(seed);
            _dropout = dropout;
            _first = Register("first.weight", Draw(random, features, hidden), ParameterRoles.Matrix);
            _bias = Register("first.bias", Tensor.From(new float[hidden], hidden), ParameterRoles.Vector);
            _second = Register("second.weight", Draw(random, hidden, 1), ParameterRoles.Matrix);
        }

        public override Tensor Forward(Tensor input)
        {
            Tensor hidden = (input.Matmul(_first.Value) + _bias.Value).Tanh();
            return Ops.Dropout(hidden, _dropout, Training).Matmul(_second.Value);
        }

        private static Tensor Draw(RandomStream random, int rows, int columns)
        {
            float[] values = new float[rows * columns];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(random.NextGaussian() / Math.Sqrt(rows));
            }

            return Tensor.From(values, rows, columns);
        }
    }
}
