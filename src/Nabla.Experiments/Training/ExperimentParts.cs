using System.Globalization;
using Nabla.Core;

namespace Nabla.Experiments;

/// <summary>How tasks and optimizers are made. The default takes both from the catalogues; give others to use your own.</summary>
public sealed record ExperimentParts
{
    /// <summary>Makes the task for a seed: model weights and order of data depend on nothing else.</summary>
    public required Func<long, ILearningTask> CreateTask { get; init; }

    /// <summary>Makes the optimizer of a method with the given options over all parameters of a task's model.</summary>
    public required Func<string, IReadOnlyDictionary<string, string>, ILearningTask, Optimizer> CreateOptimizer { get; init; }

    /// <summary>Throws with a sentence when there is no such method or it refuses the options.</summary>
    public required Action<string, IReadOnlyDictionary<string, string>> CheckMethod { get; init; }

    /// <summary>The default learning rate of a method, or null when it has none to tune.</summary>
    public required Func<string, double?> DefaultLearningRate { get; init; }

    /// <summary>The name of a method's learning rate among its options; in a wrapper it is that of the method inside.</summary>
    public Func<string, string> LearningRateOption { get; init; } = static _ => "learningRate";

    /// <summary>
    /// The name and the default of the learning rate of a method's companion, or null when it has none. Tuning multiplies it
    /// by what it multiplies the method's own rate by, unless it was given: a matrix method is not judged by the rate that
    /// embeddings happen to have.
    /// </summary>
    public Func<string, (string Option, double Default)?> CompanionLearningRate { get; init; } = static _ => null;

    /// <summary>Tasks by <c>LearningTasks</c> and methods by the catalogue.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="settings">The task's settings.</param>
    /// <param name="device">The device.</param>
    /// <param name="threads">Threads of the optimizer; 0: all.</param>
    /// <param name="decay">Which parameters weight decay acts on.</param>
    /// <param name="precision">The precision of model and states; null: float32.</param>
    /// <exception cref="OptionException">A choice of precision is unknown or has no effect.</exception>
    public static ExperimentParts FromCatalogue(
        string task,
        TaskSettings settings,
        string device,
        int threads,
        WeightDecayScope decay = WeightDecayScope.Matrices,
        PrecisionSettings? precision = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(settings);
        precision ??= new PrecisionSettings();
        precision.ThrowIfInvalid();
        double? ratio = settings.Adapter?.RateRatio;
        return new ExperimentParts
        {
            CreateTask = seed => TaskMaker.Create(task, settings, device, seed, precision.ModelType),
            CreateOptimizer = (name, options, made) =>
            {
                var (own, companion) = Companion.CreateOptions(Catalogue.Find(name), options);
                return Optimizer.Create(
                    ratio is { } times
                        ? RatedFactors.Of(made.Model, name, options, times)
                        : ParameterGroups.Usual(made.Model, own, decay, companion),
                    new ExecutionOptions { Threads = threads, Precision = precision.ToOptions() });
            },
            CheckMethod = (name, options) =>
            {
                Companion.CreateOptions(Catalogue.Find(name), options);
                if (ratio is { } times)
                {
                    RatedFactors.Check(name, options, times);
                }
            },
            DefaultLearningRate = name =>
                Catalogue.Find(name).LearningRate?.Default is { } value
                    ? Convert.ToDouble(value, CultureInfo.InvariantCulture)
                    : null,
            LearningRateOption = name => Catalogue.Find(name).LearningRate?.Name ?? "learningRate",
            CompanionLearningRate = name =>
                Companion.IsNeeded(Catalogue.Find(name)) && Catalogue.Find(Companion.Method).LearningRate is { } rate
                    ? (Companion.Prefix + rate.Name, Convert.ToDouble(rate.Default, CultureInfo.InvariantCulture))
                    : null,
        };
    }
}
