using System.Net;
using Nabla.Claims;
using Nabla.Runs;

namespace Nabla.Dashboard.Tests;

/// <summary>A dashboard on a free port over a store of its own, and a client that follows no redirections.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly string _home;
    private readonly DashboardServer _server;

    private TestSite(string home, DashboardServer server, RunStore store)
    {
        _home = home;
        _server = server;
        Store = store;
        Client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = server.Address,
            Timeout = TimeSpan.FromMinutes(1),
        };
    }

    /// <summary>Another connection to the same store, as a training has.</summary>
    public RunStore Store { get; }

    public HttpClient Client { get; }

    public Uri Address => _server.Address;

    public List<string> Log { get; } = [];

    public static async Task<TestSite> StartAsync(
        IReadOnlyList<RegisteredClaim>? claims = null, IPAddress? address = null, string? token = null)
    {
        string home = Directory.CreateTempSubdirectory("nabla-dashboard-").FullName;
        List<string> log = [];
        DashboardServer server = await DashboardServer.StartAsync(new DashboardSettings
        {
            Port = 0,
            Home = home,
            Address = address ?? IPAddress.Loopback,
            Token = token,
            Claims = claims ?? RegisteredClaim.All,
            Log = log.Add,
        });
        TestSite site = new(home, server, RunStore.Open(home));
        return site;
    }

    /// <summary>A run that ended, with a falling loss at steps 1, 2, 3 and so on.</summary>
    public string AddRun(string method = "sgd", string task = "text", int steps = 20, double first = 5, string? ending = "completed", long seed = 0)
    {
        using RunWriter writer = Store.StartRun(new StoredRun
        {
            Verb = "train",
            Task = task,
            Method = method,
            Seed = seed,
            Threads = 1,
            Options = new Dictionary<string, string> { ["learningRate"] = "0.1" },
            Settings = """{"steps": 20, "batch": {"size": 8}}""",
        });
        for (int step = 1; step <= steps; step++)
        {
            writer.Append(MetricNames.Loss, step, step * 0.1, first / step);
        }

        if (ending is not null)
        {
            writer.Finish(new RunOutcome(ending, $"It ended as {ending}.")
            {
                Steps = steps,
                FinalLoss = first / steps,
                ValidationLoss = (first / steps) + 0.5,
                Seconds = steps * 0.1,
            });
        }

        return writer.Run;
    }

    /// <summary>A request with a method, an address and headers.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string address, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, address) { Content = content };
        foreach ((string name, string value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<string> GetAsync(string address)
    {
        using HttpResponseMessage answer = await SendAsync(HttpMethod.Get, address);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {answer.StatusCode} {text}");
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        Store.Dispose();
        Directory.Delete(_home, recursive: true);
    }
}
