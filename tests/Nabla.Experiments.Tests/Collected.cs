namespace Nabla.Experiments.Tests;

/// <summary>Keeps every report, in order, on the thread that makes them.</summary>
internal sealed class Collected<T>(Action<T>? then = null) : IProgress<T>
{
    public List<T> Reports { get; } = [];

    public void Report(T value)
    {
        Reports.Add(value);
        then?.Invoke(value);
    }
}
