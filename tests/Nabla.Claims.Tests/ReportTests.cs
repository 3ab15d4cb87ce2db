using System.Text.Json;
using System.Xml.Linq;

namespace Nabla.Claims.Tests;

public sealed class ReportTests
{
    private static readonly XNamespace s_html = "http://www.w3.org/1999/xhtml";

    [Fact]
    public void Report_ShowsVerdictFiguresAndPictures_AndIsWellFormed()
    {
        var cancellation = TestContext.Current.CancellationToken;
        ClaimRun[] runs =
        [
            ClaimRunner.Run(RegisteredClaim.Find("mvn-grad/bounded-spike"), cancellationToken: cancellation),
            ClaimRunner.Run(RegisteredClaim.Find("mvn-grad/first-step"), mutant: "second-moment", cancellationToken: cancellation),
        ];
        var page = ClaimReport.Render(runs, "nabla reproduce <mvn-grad>");
        var document = XDocument.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
        Assert.Contains("mvn-grad/bounded-spike: holds", page, StringComparison.Ordinal);
        Assert.Contains("mvn-grad/first-step: fails", page, StringComparison.Ordinal);
        Assert.Contains("with the deliberate defect second-moment", page, StringComparison.Ordinal);
        Assert.Contains("nabla reproduce &lt;mvn-grad&gt;", page, StringComparison.Ordinal);
        Assert.Contains("largest_relative_deviation", page, StringComparison.Ordinal);
        Assert.Single(document.Descendants(), e => e.Name.LocalName == "svg");
        Assert.Equal(8, document.Descendants().Count(e => e.Name.LocalName == "circle"));
        var data = document.Descendants(s_html + "script").Single();
        Assert.Equal("application/json", data.Attribute("type")!.Value);
        using var json = JsonDocument.Parse(data.Value);
        Assert.Equal(runs[0].Figures["expected"], json.RootElement[0].GetProperty("figures").GetProperty("expected").GetDouble());
        Assert.Equal(8, json.RootElement[0].GetProperty("plots")[0].GetProperty("lines").GetProperty("mvn-grad").GetArrayLength());
        Assert.DoesNotContain("http://", page.Replace(s_html.NamespaceName, "", StringComparison.Ordinal).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Record_OfAMutant_IsRefused()
    {
        var run = ClaimRunner.Run(
            RegisteredClaim.Find("mvn-grad/first-step"), mutant: "second-moment", cancellationToken: TestContext.Current.CancellationToken);
        var failure = Assert.Throws<InvalidOperationException>(() => run.ToRecord());
        Assert.Equal(
            "'mvn-grad/first-step' ran with the deliberate defect 'second-moment', which says nothing about the method. "
            + "Record runs without one.",
            failure.Message);
    }

    [Fact]
    public void Record_KeepsWhatWasRun()
    {
        var run = ClaimRunner.Run(RegisteredClaim.Find("mvn-grad/first-step"), seed: 5, cancellationToken: TestContext.Current.CancellationToken);
        var record = run.ToRecord();
        Assert.Equal("mvn-grad", record.Method);
        Assert.Equal("holds", record.Verdict);
        Assert.Equal("quick", record.Mode);
        Assert.Equal(5, record.Seed);
        using var figures = JsonDocument.Parse(record.Figures);
        Assert.Equal(run.Figures["adam_step"], figures.RootElement.GetProperty("adam_step").GetDouble());
    }
}
