using Nabla.Engine;
using Nabla.Problems.Objectives;

namespace Nabla.Experiments;

/// <summary>The published comparison on samples: both bases, then the same adapter on the same few samples of a new task.</summary>
public static class LinearStudy
{
    /// <summary>Runs one comparison.</summary>
    /// <param name="dimension">d; at least 1.</param>
    /// <param name="rank">k, the rank that separates tasks.</param>
    /// <param name="tasks">T; at least 1.</param>
    /// <param name="seed">Fixes tasks, samples and starts.</param>
    /// <param name="retraining">Samples of each task.</param>
    /// <param name="adaptation">Samples of the new task.</param>
    /// <param name="noise">The deviation of the noise in answers.</param>
    /// <param name="adapterRank">The rank of the adapter of the new task; null for <paramref name="rank"/>.</param>
    /// <returns>The squared Frobenius distance of base plus adapter from the new task's matrix.</returns>
    public static LinearErrors Compare(
        int dimension, int rank, int tasks, Seed seed, int retraining = 5000, int adaptation = 100, double noise = 0.1, int? adapterRank = null)
    {
        var all = PlantedTasks.Draw(dimension, rank, tasks + 1, seed);
        LinearSamples[] sets =
            [.. Enumerable.Range(0, tasks).Select(t => LinearSamples.Draw(all.Matrix(t), retraining, noise, seed.Derive("samples").Derive(t)))];
        var few = LinearSamples.Draw(all.Matrix(tasks), adaptation, noise, seed.Derive("new samples"));
        double Error(double[] based) => LinearMetaLearning.SquaredDistance(
            LinearMetaLearning.Adapt(based, few, adapterRank ?? rank, seed.Derive("new adapter")), all.Matrix(tasks));
        return new LinearErrors(Error(LinearMetaLearning.Retrain(sets, rank, seed)), Error(LinearSamples.LeastSquares(sets)));
    }
}
