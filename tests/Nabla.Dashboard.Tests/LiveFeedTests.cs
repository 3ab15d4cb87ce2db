using System.Text.Json;
using Nabla.Dashboard.Runs;
using Nabla.Runs;

namespace Nabla.Dashboard.Tests;

/// <summary>What a page hears while a training goes on.</summary>
public sealed class LiveFeedTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task New_points_arrive_while_a_run_goes_on_and_the_feed_ends_with_it()
    {
        await using TestSite site = await TestSite.StartAsync();
        using RunWriter writer = site.Store.StartRun(Run());
        writer.Append(MetricNames.Loss, 1, 0.1, 4);
        writer.Flush();
        using Listener listener = await Listener.OpenAsync(site, $"/events?run={writer.Run}");
        JsonElement first = await listener.NextAsync("points");
        Assert.True(first.GetProperty("anew").GetBoolean());
        Assert.Equal([1, 0.1, 4], Numbers(first));
        Assert.Equal("running", (await listener.NextAsync("state")).GetProperty("status").GetString());

        writer.Append(MetricNames.Loss, 2, 0.2, double.NaN);
        writer.Append(MetricNames.Loss, 3, 0.3, 2);
        writer.Flush();
        JsonElement second = await listener.NextAsync("points");
        Assert.False(second.GetProperty("anew").GetBoolean());
        Assert.Equal([2, 0.2, null, 3, 0.3, 2], Numbers(second));
        Assert.Contains("From 4 at step 1 to 2 at step 3.", second.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Contains("1 of 3 values are not finite", second.GetProperty("summary").GetString(), StringComparison.Ordinal);

        writer.Finish(new RunOutcome("completed", "Done."));
        JsonElement state = await listener.NextAsync("state");
        while (state.GetProperty("status").GetString() == "running")
        {
            state = await listener.NextAsync("state");
        }

        Assert.Equal("completed", state.GetProperty("status").GetString());
        await listener.NextAsync("end");
        Assert.True(await listener.IsClosedAsync());
    }

    [Fact]
    public async Task A_run_that_goes_on_from_a_checkpoint_is_sent_anew()
    {
        await using TestSite site = await TestSite.StartAsync();
        using RunWriter writer = site.Store.StartRun(Run());
        for (int step = 1; step <= 10; step++)
        {
            writer.Append(MetricNames.Loss, step, step, 1);
        }

        writer.Flush();
        using Listener listener = await Listener.OpenAsync(site, $"/events?run={writer.Run}");
        Assert.Equal(10, (await listener.NextAsync("points")).GetProperty("points").GetArrayLength());
        using RunWriter again = site.Store.ContinueRun(writer.Run);
        again.DropAfter(4);
        again.Append(MetricNames.Loss, 5, 5, 2);
        again.Flush();
        JsonElement anew = await listener.NextAsync("points");
        Assert.True(anew.GetProperty("anew").GetBoolean());
        Assert.Equal(5, anew.GetProperty("points").GetArrayLength());
    }

    [Fact]
    public async Task Long_series_are_shortened_and_keep_their_spike()
    {
        await using TestSite site = await TestSite.StartAsync();
        using RunWriter writer = site.Store.StartRun(Run());
        for (int step = 1; step <= 30_000; step++)
        {
            writer.Append(MetricNames.Loss, step, step, step == 17_321 ? 99 : Math.Sin(step));
        }

        writer.Finish(new RunOutcome("completed", "Done."));
        using Listener listener = await Listener.OpenAsync(site, $"/events?run={writer.Run}");
        double?[] numbers = Numbers(await listener.NextAsync("points"));
        Assert.InRange(numbers.Length / 3, LiveFeed.MostPoints / 2, LiveFeed.MostPoints);
        Assert.Contains(99.0, numbers);
        Assert.Equal(1, numbers[0]);
        Assert.Equal(30_000, numbers[^3]);
    }

    [Fact]
    public async Task The_server_stops_although_a_page_listens()
    {
        TestSite site = await TestSite.StartAsync();
        using RunWriter writer = site.Store.StartRun(Run());
        using Listener listener = await Listener.OpenAsync(site, $"/events?run={writer.Run}");
        await listener.NextAsync("state");
        await site.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(100)]
    public void A_reduction_keeps_ends_extremes_and_order(int most)
    {
        Random random = new(most);
        MetricPoint[] points = [.. Enumerable.Range(0, 1001).Select(step => new MetricPoint(step, step, random.NextDouble()))];
        IReadOnlyList<MetricPoint> kept = SeriesReduction.Reduce(points, most);
        Assert.InRange(kept.Count, 3, most);
        Assert.Equal(points[0], kept[0]);
        Assert.Equal(points[^1], kept[^1]);
        Assert.Contains(points[1..^1].MinBy(point => point.Value), kept);
        Assert.Contains(points[1..^1].MaxBy(point => point.Value), kept);
        Assert.Equal(kept.OrderBy(point => point.Step), kept);
        Assert.Same(points, SeriesReduction.Reduce(points, points.Length));
    }

    [Fact]
    public void A_reduction_keeps_what_is_not_a_number()
    {
        MetricPoint[] points = [.. Enumerable.Range(0, 1001).Select(step => new MetricPoint(step, step, step == 500 ? double.NaN : 1))];
        Assert.Contains(SeriesReduction.Reduce(points, 20), point => double.IsNaN(point.Value));
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(11620.4, "11620")]
    [InlineData(1.23456, "1.235")]
    [InlineData(-0.001234, "-0.001234")]
    [InlineData(0.00001234, "1.234e-5")]
    [InlineData(123456.0, "1.235e+5")]
    [InlineData(99999.9, "100000")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(null, "none")]
    public void Numbers_have_four_digits(double? value, string text) => Assert.Equal(text, Serving.Text.Short(value));

    private static StoredRun Run() => new() { Verb = "train", Task = "text", Method = "sgd" };

    private static double?[] Numbers(JsonElement news) =>
    [
        .. news.GetProperty("points").EnumerateArray().SelectMany(point => point.EnumerateArray())
            .Select(number => number.ValueKind == JsonValueKind.Null ? (double?)null : number.GetDouble()),
    ];

    /// <summary>The receiving end of server-sent events.</summary>
    private sealed class Listener(HttpResponseMessage answer, StreamReader reader) : IDisposable
    {
        public static async Task<Listener> OpenAsync(TestSite site, string address)
        {
            HttpResponseMessage answer = await site.SendAsync(HttpMethod.Get, address);
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
            return new Listener(answer, new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation)));
        }

        /// <summary>The next event of a kind; others are passed over.</summary>
        public async Task<JsonElement> NextAsync(string kind)
        {
            string? name = null;
            while (await reader.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancellation) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    name = line["event: ".Length..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal) && name == kind)
                {
                    return JsonDocument.Parse(line["data: ".Length..]).RootElement;
                }
            }

            throw new EndOfStreamException($"The feed ended before an event '{kind}'.");
        }

        public async Task<bool> IsClosedAsync()
        {
            while (await reader.ReadLineAsync(Cancellation) is { } line)
            {
                if (line.Length > 0)
                {
                    return false;
                }
            }

            return true;
        }

        public void Dispose()
        {
            reader.Dispose();
            answer.Dispose();
        }
    }
}
