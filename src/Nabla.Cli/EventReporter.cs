using Nabla.Experiments;

namespace Nabla.Cli;

/// <summary>Hands the news of a comparison on in the thread that reports them, in order.</summary>
/// <param name="report">What to do with each.</param>
internal sealed class EventReporter(Action<ComparisonEvent> report) : IProgress<ComparisonEvent>
{
    /// <inheritdoc/>
    public void Report(ComparisonEvent value) => report(value);
}
