using System.Globalization;

namespace Nabla.Experiments;

/// <summary>Where the reports of comparisons go: an HTML page, and the same in Markdown beside it.</summary>
internal static class ReportFiles
{
    /// <summary>Writes both files.</summary>
    /// <param name="result">The comparison.</param>
    /// <param name="existing">The page of an earlier, interrupted session of it, to be replaced; or null.</param>
    /// <returns>Full path of the page.</returns>
    /// <exception cref="RunStoreException">A file cannot be written.</exception>
    public static string Write(ComparisonResult result, string? existing)
    {
        ComparisonPlan plan = result.Plan;
        string folder = Path.GetFullPath(plan.ReportFolder ?? Path.Combine(plan.Home ?? RunStore.DefaultHome, "reports"));
        string stamp = result.Started.UtcDateTime.ToString("yyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string path = existing ?? Path.Combine(folder, $"compare-{stamp}.html");
        for (int i = 2; existing is null && File.Exists(path); i++)
        {
            path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"compare-{stamp}-{i}.html"));
        }

        try
        {
            HtmlReport.Write(result with { Report = path }, path);
            MarkdownReport.Write(result with { Report = path }, Path.ChangeExtension(path, ".md"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"The report cannot be written to '{path}': {e.Message} The runs are stored; name another folder for the report.", e);
        }

        return path;
    }
}
