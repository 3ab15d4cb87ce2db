using Nabla.Core;

namespace Nabla.Experiments.Unlearning;

/// <summary>What a method of unlearning came to in a study.</summary>
/// <param name="Name">The method.</param>
/// <param name="Options">Its options and, as <c>optimizer.NAME</c>, those of the optimizer; as they were set.</param>
/// <param name="Epochs">The most passes it was given.</param>
/// <param name="Runs">Its runs in the store, one a seed.</param>
/// <param name="Ending">How the first run ended that did not end well, else how all did; <c>refused</c> where the method does not fit such models.</param>
/// <param name="Advice">The sentence that came with it.</param>
/// <param name="Metrics">The mean over seeds by name; empty where it was refused.</param>
/// <param name="Seconds">The mean of the method's own time.</param>
/// <param name="Needs">What data to keep it reads.</param>
/// <param name="TrainedNumbers">Numbers that it trained.</param>
public sealed record StudiedMethod(
    string Name,
    IReadOnlyDictionary<string, string> Options,
    int Epochs,
    IReadOnlyList<string> Runs,
    string Ending,
    string Advice,
    IReadOnlyDictionary<string, Interval> Metrics,
    double Seconds,
    RetainNeed Needs,
    long TrainedNumbers)
{
    /// <summary>Whether there is anything to compare.</summary>
    public bool IsMeasured => Metrics.Count > 0;

    /// <summary>A metric; NaN where it was not measured.</summary>
    /// <param name="name">Its name.</param>
    public double Value(string name) => Metrics.TryGetValue(name, out Interval value) ? value.Mean : double.NaN;
}
