using System.Diagnostics;

namespace Nabla.Cli;

/// <summary>Lets something happen at once and then not more often than an interval.</summary>
/// <param name="interval">The shortest time between two.</param>
internal sealed class Pace(TimeSpan interval)
{
    private long last;

    /// <summary>Whether it is time again; starts a new interval when it is.</summary>
    /// <returns>True the first time and then once an interval.</returns>
    public bool IsDue()
    {
        if (last != 0 && Stopwatch.GetElapsedTime(last) < interval)
        {
            return false;
        }

        last = Stopwatch.GetTimestamp();
        return true;
    }
}
