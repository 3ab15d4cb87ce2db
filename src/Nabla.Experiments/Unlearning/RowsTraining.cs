using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments.Unlearning;

/// <summary>Trains the model of a task on both of its sets, as it was before anybody asked to forget.</summary>
internal static class RowsTraining
{
    /// <summary>Steps on batches drawn over all rows, each once a pass; with as many rows as there are, on all of them.</summary>
    /// <returns>The loss of the last step.</returns>
    internal static double Train(
        IUnlearningTask everything, Optimizer optimizer, int steps, int batchSize, Seed seed, CancellationToken cancellation = default)
    {
        var random = new RandomStream(seed.Derive("training order"));
        int[] order = [.. Enumerable.Range(0, everything.Count(ExampleSet.Retain))];
        var next = order.Length;
        var last = double.NaN;
        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = new TensorScope();
            if (next >= order.Length)
            {
                random.Shuffle(order.AsSpan());
                next = 0;
            }

            var batch = order[next..Math.Min(next + batchSize, order.Length)];
            next += batch.Length;
            var loss = everything.Loss(ExampleSet.Retain, batch);
            loss.Backward();
            last = loss.Item();
            optimizer.Step(new StepInputs(last) { TotalSteps = steps });
            optimizer.ZeroGradients();
        }

        return last;
    }

    /// <summary>The values of all parameters.</summary>
    internal static double[][] Values(Module model) => [.. model.Parameters.Select(parameter => parameter.Value.ToDoubles())];

    /// <summary>Puts values back.</summary>
    internal static void Put(Module model, double[][] values)
    {
        using var scope = new TensorScope();
        foreach (var (parameter, value) in model.Parameters.Zip(values))
        {
            parameter.Value.CopyFrom(Tensor.From<double>(value, parameter.Value.Shape));
        }
    }
}
