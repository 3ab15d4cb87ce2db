using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;

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

    /// <summary>Trains a classifier on all rows, those to forget and those to keep, by momentum SGD in batches of 64.</summary>
    /// <param name="everything">The task whose rows to keep are all rows.</param>
    /// <param name="passes">Passes over them.</param>
    /// <param name="seed">Fixes their order.</param>
    /// <param name="cancellation">Ends early with <see cref="OperationCanceledException"/>.</param>
    internal static void TrainClassifier(ClassUnlearningTask everything, int passes, Seed seed, CancellationToken cancellation)
    {
        const int batch = 64;
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of(everything.Model).AssignRest(new SgdOptions { LearningRate = 0.05, Momentum = 0.9 }), new ExecutionOptions { Threads = 1 });
        Train(everything, optimizer, passes * ((everything.Retain.Count + batch - 1) / batch), batch, seed, cancellation);
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
