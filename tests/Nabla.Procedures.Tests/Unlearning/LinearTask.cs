using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

/// <summary>Models that are one matrix in double precision, with numbers that products do not round.</summary>
internal sealed class LinearTask : IDisposable
{
    internal const int Width = 12;

    internal LinearTask(int retain, int forget, bool interpolates = true, int classes = 0, int seed = 1)
    {
        var random = new RandomStream(new Seed((ulong)seed).Derive("linear task"));
        float Quarter() => (random.NextInt(17) - 8) / 4f;
        Start = [.. Enumerable.Range(0, Width * Math.Max(1, classes)).Select(_ => (double)Quarter())];
        ExampleRows Rows(int count)
        {
            float[] x = [.. Enumerable.Range(0, count * Width).Select(_ => Quarter())];
            float[] y = [.. Enumerable.Range(0, count).Select(i => classes > 0
                ? i % classes
                : (float)Enumerable.Range(0, Width).Sum(j => Start[j] * x[(i * Width) + j]) + (interpolates ? 0 : Quarter()))];
            return new ExampleRows(x, Width, y);
        }

        (Retain, Forget) = (Rows(retain), Rows(forget));
        Linear = Fresh(Start);
        Task = classes > 0
            ? new ClassUnlearningTask(Linear, classes, Forget, Retain, s => Fresh([.. Start.Select((_, i) => (double)(i % 5) + s.Value)]))
            : new RegressionUnlearningTask(Linear, Forget, Retain, _ => Fresh([.. Start.Select((_, i) => (double)(i % 5))]));
    }

    internal double[] Start { get; }

    internal ExampleRows Retain { get; }

    internal ExampleRows Forget { get; }

    internal Linear Linear { get; }

    internal RowsUnlearningTask Task { get; }

    internal double[] Theta => Linear.Weight.Value.ToArray<double>();

    internal static double[,] Inputs(ExampleRows rows)
    {
        var result = new double[rows.Count, Width];
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < Width; j++)
            {
                result[i, j] = rows.Features(i)[j];
            }
        }

        return result;
    }

    /// <summary>The gradient of the mean squared error.</summary>
    internal static double[] Gradient(ExampleRows rows, double[] theta)
    {
        var residual = Drawn.Times(Inputs(rows), theta);
        var gradient = new double[Width];
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < Width; j++)
            {
                gradient[j] += 2 * (residual[i] - rows.Answers(i)[0]) * rows.Features(i)[j] / rows.Count;
            }
        }

        return gradient;
    }

    internal static UnlearningBudget Budget(int epochs, double rate = 0.01, double momentum = 0, int batch = 100) => new()
    {
        Optimizer = new SgdOptions { LearningRate = rate, Momentum = momentum },
        Epochs = epochs,
        BatchSize = batch,
        Leads = ExampleSet.Retain,
        Seed = new Seed(7),
    };

    public void Dispose() => Linear.Dispose();

    private static Linear Fresh(double[] values) =>
        new(Tensor.From<double>(values, values.Length / Width, Width).Release(), role: ParameterRoles.Head);
}
