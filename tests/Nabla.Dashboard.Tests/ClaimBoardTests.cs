using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Nabla.Claims;
using Nabla.Runs;

namespace Nabla.Dashboard.Tests;

/// <summary>The board of claims and its rerun button.</summary>
public sealed class ClaimBoardTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rerun_records_a_verdict_that_the_board_shows()
    {
        await using TestSite site = await TestSite.StartAsync([FakeClaim.Holding("fake/one"), FakeClaim.Holding("fake/two")]);
        string before = await site.GetAsync("/claims");
        Assert.Contains("never run", before, StringComparison.Ordinal);
        Assert.Contains("The &lt;b&gt;sentence&lt;/b&gt; of fake/one.", before, StringComparison.Ordinal);
        (HttpStatusCode status, JsonElement job) = await RunAsync(site, "fake/one");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("fake/one", job.GetProperty("claim").GetString());
        JsonElement end = await EndAsync(site, "fake/one");
        Assert.Equal("done", end.GetProperty("status").GetString());
        Assert.Equal("holds", end.GetProperty("verdict").GetString());
        ClaimRecord record = Assert.Single(site.Store.LastClaims());
        Assert.Equal(("fake/one", "holds", "quick"), (record.Claim, record.Verdict, record.Mode));
        string body = await site.GetAsync("/claims/fake/one/body");
        Assert.Contains("holds", body, StringComparison.Ordinal);
        Assert.Contains("spread of steps", body, StringComparison.Ordinal);
        Assert.Contains("0.125", body, StringComparison.Ordinal);
        Assert.Contains("1 <span class=\"status status-good\"", await site.GetAsync("/claims"), StringComparison.Ordinal);
        Assert.Contains("wrong-sign", await site.GetAsync("/claims/fake/one"), StringComparison.Ordinal);
        string plots = await site.GetAsync("/claims/fake/one/plots");
        Assert.Equal("""[{"title":"Spread","x":"step","y":"spread","logX":false,"logY":false,"lines":[{"name":"measured","points":[[1,2],[2,null]]}]}]""", plots);
        Assert.Equal("[]", await site.GetAsync("/claims/fake/two/plots"));
    }

    [Fact]
    public async Task The_board_is_filtered()
    {
        await using TestSite site = await TestSite.StartAsync([FakeClaim.Holding("fake/one"), FakeClaim.Holding("other/two")]);
        await RunAsync(site, "other/two");
        await EndAsync(site, "other/two");
        foreach (string query in new[] { "verdict=holds", "method=other", "text=TWO" })
        {
            string page = await site.GetAsync("/claims?" + query);
            Assert.Contains("data-claim=\"other/two\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("data-claim=\"fake/one\"", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_claim_asked_for_twice_waits_once_and_progress_is_told()
    {
        using SemaphoreSlim gate = new(0);
        await using TestSite site = await TestSite.StartAsync(
        [
            FakeClaim.Named("fake/slow", context =>
            {
                context.Progress?.Report("halfway there");
                Assert.True(gate.Wait(s_patience, context.CancellationToken));
                return ClaimOutcome.Of(false);
            }),
        ]);
        (_, JsonElement one) = await RunAsync(site, "fake/slow");
        (_, JsonElement two) = await RunAsync(site, "fake/slow");
        Assert.Equal(one.GetProperty("job").GetInt64(), two.GetProperty("job").GetInt64());
        await StateAsync(site, state => state.GetProperty("message").GetString() == "halfway there");
        gate.Release();
        Assert.Equal("fails", (await EndAsync(site, "fake/slow")).GetProperty("verdict").GetString());
        Assert.Single(site.Store.ClaimHistory("fake/slow"));
        Assert.Contains("This is not the verdict on record", await site.GetAsync("/claims"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rerun_can_be_stopped_and_leaves_no_verdict()
    {
        await using TestSite site = await TestSite.StartAsync(
        [
            FakeClaim.Named("fake/endless", context =>
            {
                context.CancellationToken.WaitHandle.WaitOne(s_patience);
                context.CancellationToken.ThrowIfCancellationRequested();
                return ClaimOutcome.Of(true);
            }),
            FakeClaim.Holding("fake/next"),
        ]);
        (_, JsonElement job) = await RunAsync(site, "fake/endless");
        (string cookie, string token) = await HostileRequestTests.AntiforgeryAsync(site);
        using HttpResponseMessage answer = await site.SendAsync(
            HttpMethod.Post, $"/claims/jobs/{job.GetProperty("job").GetInt64()}/cancel", null,
            ("Cookie", cookie), ("X-Nabla-Antiforgery", token));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("cancelled", (await EndAsync(site, "fake/endless")).GetProperty("status").GetString());
        Assert.Empty(site.Store.ClaimHistory("fake/endless"));
        await RunAsync(site, "fake/next");
        Assert.Equal("done", (await EndAsync(site, "fake/next")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_experiment_that_breaks_off_says_so_and_the_queue_goes_on()
    {
        await using TestSite site = await TestSite.StartAsync(
        [
            FakeClaim.Named("fake/broken", _ => throw new InvalidOperationException("The data is <gone>.")),
            FakeClaim.Holding("fake/next"),
        ]);
        await RunAsync(site, "fake/broken");
        JsonElement end = await EndAsync(site, "fake/broken");
        Assert.Equal("failed", end.GetProperty("status").GetString());
        Assert.Contains("The data is <gone>.", end.GetProperty("message").GetString(), StringComparison.Ordinal);
        await RunAsync(site, "fake/next");
        Assert.Equal("done", (await EndAsync(site, "fake/next")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_unknown_claim_is_not_run()
    {
        await using TestSite site = await TestSite.StartAsync([FakeClaim.Holding("fake/one")]);
        (HttpStatusCode status, _) = await RunAsync(site, "fake/none");
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    [Fact]
    public async Task Stopping_the_server_stops_a_rerun()
    {
        TestSite site = await TestSite.StartAsync(
        [
            FakeClaim.Named("fake/endless", context =>
            {
                context.CancellationToken.WaitHandle.WaitOne(s_patience);
                context.CancellationToken.ThrowIfCancellationRequested();
                return ClaimOutcome.Of(true);
            }),
        ]);
        await RunAsync(site, "fake/endless");
        await site.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Job)> RunAsync(TestSite site, string claim)
    {
        (string cookie, string token) = await HostileRequestTests.AntiforgeryAsync(site);
        using HttpResponseMessage answer = await site.SendAsync(
            HttpMethod.Post, "/claims/run", JsonContent.Create(new { claim }),
            ("Cookie", cookie), ("X-Nabla-Antiforgery", token), ("Origin", site.Address.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin"));
        string text = await answer.Content.ReadAsStringAsync(Cancellation);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : default);
    }

    private static Task<JsonElement> EndAsync(TestSite site, string claim) => StateAsync(
        site,
        state => state.GetProperty("claim").GetString() == claim && state.GetProperty("status").GetString() is not ("waiting" or "running"));

    /// <summary>Listens until a state is told.</summary>
    private static async Task<JsonElement> StateAsync(TestSite site, Predicate<JsonElement> wanted)
    {
        using HttpResponseMessage answer = await site.SendAsync(HttpMethod.Get, "/claims/events");
        using StreamReader reader = new(await answer.Content.ReadAsStreamAsync(Cancellation));
        while (await reader.ReadLineAsync(Cancellation).AsTask().WaitAsync(s_patience, Cancellation) is { } line)
        {
            if (line.StartsWith("data: {\"job\"", StringComparison.Ordinal)
                && JsonDocument.Parse(line["data: ".Length..]).RootElement is var state && wanted(state))
            {
                return state;
            }
        }

        throw new EndOfStreamException("The state was never told.");
    }
}
