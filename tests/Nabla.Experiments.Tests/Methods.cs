using Nabla.Core;

namespace Nabla.Experiments.Tests;

/// <summary>Optimizers of the catalogue over a test's task.</summary>
internal static class Methods
{
    public static Optimizer Create(string name, ILearningTask task, double? learningRate = null, int threads = 1)
    {
        Dictionary<string, string> settings = [];
        if (learningRate is { } rate)
        {
            settings["learningRate"] = rate.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        }

        return Create(name, settings, task, threads);
    }

    public static Optimizer Create(
        string name, IReadOnlyDictionary<string, string> settings, ILearningTask task, int threads = 1) =>
        Optimizer.Create(
            ParameterGroups.Of(task.Model).AssignRest(Catalogue.Find(name).CreateOptions(settings)),
            new ExecutionOptions { Threads = threads });

    /// <summary>Parts over <see cref="Regression"/>; every task that is made is also given to the action.</summary>
    public static ExperimentParts Parts(Action<long, Regression>? made = null, double dropout = 0.25) => new()
    {
        CreateTask = seed =>
        {
            Regression task = new(seed, dropout);
            made?.Invoke(seed, task);
            return task;
        },
        CreateOptimizer = (name, options, task) => Create(name, options, task),
        CheckMethod = (name, options) => Catalogue.Find(name).CreateOptions(options),
        DefaultLearningRate = name => name == "sgd" ? 0.02 : 1e-3,
    };
}
