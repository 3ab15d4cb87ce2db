namespace Nabla.Experiments;

/// <summary>
/// A comparison of bases in a network of one hidden layer, y = c' sigmoid((A + U_t U_t') x) with c known: the nonlinear model in
/// which Meta-LoRA was tried (arXiv:2410.22264).
/// </summary>
public sealed record ShallowPlan
{
    /// <summary>d: inputs and hidden numbers. Default: 10.</summary>
    public int Dimension { get; init; } = 10;

    /// <summary>k: the rank that separates tasks, and of all adapters. Default: 1.</summary>
    public int Rank { get; init; } = 1;

    /// <summary>T: tasks to retrain on. Default: 3.</summary>
    public int Tasks { get; init; } = 3;

    /// <summary>Samples of each task. Default: 1000.</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>Samples of the new task. Default: 100.</summary>
    public int NewSamples { get; init; } = 100;

    /// <summary>Samples without noise on which the error is measured. Default: 2000.</summary>
    public int TestSamples { get; init; } = 2000;

    /// <summary>The deviation of the noise in answers. Default: 0.1.</summary>
    public double Noise { get; init; } = 0.1;

    /// <summary>Steps of retraining, each with all samples of all tasks. Default: 8000.</summary>
    public int RetrainingSteps { get; init; } = 8000;

    /// <summary>Steps of adaptation, each with all samples. Default: 4000.</summary>
    public int AdaptationSteps { get; init; } = 4000;

    /// <summary>The first rate of AdamW, which falls by a cosine. Default: 3e-3.</summary>
    public double Rate { get; init; } = 3e-3;

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is not allowed; the message says which and what is.</exception>
    public void ThrowIfInvalid()
    {
        Require(Dimension, nameof(Dimension), 1);
        Require(Rank, nameof(Rank), 1);
        Require(Tasks, nameof(Tasks), 1);
        Require(Samples, nameof(Samples), 1);
        Require(NewSamples, nameof(NewSamples), 1);
        Require(TestSamples, nameof(TestSamples), 1);
        Require(RetrainingSteps, nameof(RetrainingSteps), 1);
        Require(AdaptationSteps, nameof(AdaptationSteps), 1);
        Require(Noise, nameof(Noise), 0);
        Require(Rate, nameof(Rate), 0);
    }

    private static void Require(double value, string name, double least)
    {
        if (!(value >= least))
        {
            throw new ArgumentException(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{name} was {value}; it must be {least} or above. Set ShallowPlan.{name}."),
                name);
        }
    }
}
