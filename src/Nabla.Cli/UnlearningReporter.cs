namespace Nabla.Cli;

/// <summary>Writes what goes on to standard error, a line every few seconds where lines come fast.</summary>
/// <param name="error">Where to.</param>
/// <param name="paced">Whether lines are left out when they come fast.</param>
internal sealed class UnlearningReporter(TextWriter error, bool paced = false) : IProgress<string>
{
    private readonly Pace _pace = new(TimeSpan.FromSeconds(2));

    /// <inheritdoc/>
    public void Report(string value)
    {
        if (!paced || _pace.IsDue())
        {
            error.WriteLine(value);
        }
    }
}
