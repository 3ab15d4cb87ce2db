using Nabla.Experiments;

namespace Nabla.Cli;

/// <summary>Hands progress on in the thread that reports it, in order; <see cref="Progress{T}"/> would use others.</summary>
/// <param name="report">What to do with each report.</param>
internal sealed class Reporter(Action<TrainingProgress> report) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value) => report(value);
}
