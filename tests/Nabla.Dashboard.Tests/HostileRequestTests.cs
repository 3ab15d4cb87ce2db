using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Nabla.Dashboard.Tests;

/// <summary>What a hostile page, program or neighbour could send.</summary>
public sealed partial class HostileRequestTests
{
    private const string Token = "a-token-of-many-letters";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:PORT")]
    [InlineData("localhost.evil.example:PORT")]
    [InlineData("127.0.0.1.evil.example:PORT")]
    [InlineData("192.168.0.7:PORT")]
    [InlineData("localhost:1")]
    public async Task Another_host_name_is_refused(string host)
    {
        await using TestSite site = await TestSite.StartAsync();
        using HttpResponseMessage answer = await site.SendAsync(
            HttpMethod.Get, "/", null, ("Host", host.Replace("PORT", $"{site.Address.Port}", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.DoesNotContain("evil", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:PORT")]
    [InlineData("127.0.0.1:PORT")]
    [InlineData("[::1]:PORT")]
    public async Task Own_names_are_served(string host)
    {
        await using TestSite site = await TestSite.StartAsync();
        using HttpResponseMessage answer = await site.SendAsync(
            HttpMethod.Get, "/", null, ("Host", host.Replace("PORT", $"{site.Address.Port}", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/assets/../DashboardServer.cs")]
    [InlineData("/assets/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/assets/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/assets/..\\..\\etc\\passwd")]
    [InlineData("/assets//etc/passwd")]
    [InlineData("/assets/%2fetc%2fpasswd")]
    [InlineData("/assets/style.css%00.js")]
    [InlineData("/runs/..%2f..%2fstore.db")]
    [InlineData("/runs/../store.db")]
    [InlineData("/runs/....//store.db")]
    [InlineData("/claims/..%2f../run")]
    [InlineData("/methods/..%2f..%2fetc%2fpasswd")]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("/assets/")]
    [InlineData("/assets")]
    [InlineData("/runs/")]
    public async Task Path_traversal_and_listings_are_refused(string path)
    {
        await using TestSite site = await TestSite.StartAsync();
        (int status, string text) = await RawAsync(site, $"GET {path} HTTP/1.1\r\nHost: localhost:{site.Address.Port}\r\nConnection: close\r\n\r\n");
        Assert.True(status is 400 or 404, $"{status} {text}");
        Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SQLite", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task What_changes_something_is_refused_from_another_site(string header, string value)
    {
        await using TestSite site = await TestSite.StartAsync([FakeClaim.Holding("fake/one")]);
        (string cookie, string antiforgery) = await AntiforgeryAsync(site);
        using HttpResponseMessage answer = await site.SendAsync(
            HttpMethod.Post, "/claims/run", JsonContent.Create(new { claim = "fake/one" }),
            ("Cookie", cookie), ("X-Nabla-Antiforgery", antiforgery), (header, value));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(site.Store.LastClaims());
    }

    [Theory]
    [InlineData("/state?run=x")]
    [InlineData("/events?run=x")]
    [InlineData("/assets/run.js")]
    public async Task Other_sites_may_link_but_not_embed(string address)
    {
        await using TestSite site = await TestSite.StartAsync();
        using HttpResponseMessage embedded = await site.SendAsync(
            HttpMethod.Get, address, null, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"));
        Assert.Equal(HttpStatusCode.Forbidden, embedded.StatusCode);
        using HttpResponseMessage linked = await site.SendAsync(
            HttpMethod.Get, "/", null, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"));
        Assert.Equal(HttpStatusCode.OK, linked.StatusCode);
    }

    [Fact]
    public async Task A_request_without_the_antiforgery_token_is_refused()
    {
        await using TestSite site = await TestSite.StartAsync([FakeClaim.Holding("fake/one")]);
        (string cookie, string antiforgery) = await AntiforgeryAsync(site);
        (string Name, string Value)[][] incomplete =
        [
            [],
            [("Cookie", cookie)],
            [("X-Nabla-Antiforgery", antiforgery)],
            [("Cookie", cookie), ("X-Nabla-Antiforgery", antiforgery[..^2] + "AA")],
        ];
        foreach ((string, string)[] headers in incomplete)
        {
            using HttpResponseMessage answer = await site.SendAsync(
                HttpMethod.Post, "/claims/run", JsonContent.Create(new { claim = "fake/one" }), headers);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        using HttpResponseMessage cancel = await site.SendAsync(HttpMethod.Post, "/claims/jobs/1/cancel", null, ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.Forbidden, cancel.StatusCode);
        Assert.Empty(site.Store.LastClaims());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"fake/one\"")]
    [InlineData("{\"claim\": 7}")]
    [InlineData("{\"claim\": null}")]
    [InlineData("{\"full\": true}")]
    [InlineData("{\"claim\": \"fake/one\", \"full\": \"yes\"}")]
    [InlineData("{\"claim\": \"fake/one\", \"command\": \"rm\"}")]
    [InlineData("{\"claim\": \"fake/one\"} trailing")]
    [InlineData("{\"claim\": {\"a\": {\"a\": {\"a\": {\"a\": {\"a\": 1}}}}}}")]
    public async Task Malformed_json_gets_400_and_a_sentence(string body)
    {
        await using TestSite site = await TestSite.StartAsync([FakeClaim.Holding("fake/one")]);
        using HttpResponseMessage answer = await PostAsync(site, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        string text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("JSON", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_oversized_body_gets_413()
    {
        await using TestSite site = await TestSite.StartAsync([FakeClaim.Holding("fake/one")]);
        string body = $"{{\"claim\": \"{new string('x', 100_000)}\"}}";
        using HttpResponseMessage answer = await PostAsync(site, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task An_oversized_body_without_a_length_gets_413()
    {
        await using TestSite site = await TestSite.StartAsync([FakeClaim.Holding("fake/one")]);
        (string cookie, string antiforgery) = await AntiforgeryAsync(site);
        string chunk = new('x', 8000);
        (int status, _) = await RawAsync(
            site,
            $"POST /claims/run HTTP/1.1\r\nHost: localhost:{site.Address.Port}\r\nContent-Type: application/json\r\nCookie: {cookie}\r\n"
                + $"X-Nabla-Antiforgery: {antiforgery}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + $"{chunk.Length:x}\r\n{chunk}\r\n0\r\n\r\n");
        Assert.Equal(413, status);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data")]
    public async Task A_body_that_a_plain_form_could_send_is_refused(string type)
    {
        await using TestSite site = await TestSite.StartAsync([FakeClaim.Holding("fake/one")]);
        using HttpResponseMessage answer = await PostAsync(site, new StringContent("{\"claim\": \"fake/one\"}", Encoding.UTF8, type));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Fact]
    public async Task Very_long_addresses_and_headers_are_refused()
    {
        await using TestSite site = await TestSite.StartAsync();
        string own = $"Host: localhost:{site.Address.Port}\r\nConnection: close\r\n";
        (int line, _) = await RawAsync(site, $"GET /?text={new string('x', 10_000)} HTTP/1.1\r\n{own}\r\n");
        Assert.Equal(414, line);
        (int headers, _) = await RawAsync(site, $"GET / HTTP/1.1\r\n{own}X-Long: {new string('x', 30_000)}\r\n\r\n");
        Assert.Equal(431, headers);
        (int query, _) = await RawAsync(site, $"GET /?text={new string('x', 500)} HTTP/1.1\r\n{own}\r\n");
        Assert.Equal(400, query);
    }

    [Theory]
    [InlineData("PUT", "/")]
    [InlineData("DELETE", "/runs/x")]
    [InlineData("POST", "/")]
    [InlineData("GET", "/claims/run")]
    [InlineData("TRACE", "/")]
    public async Task Other_methods_are_refused(string method, string address)
    {
        await using TestSite site = await TestSite.StartAsync();
        using HttpResponseMessage answer = await site.SendAsync(new HttpMethod(method), address);
        Assert.True(answer.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound, $"{answer.StatusCode}");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/methods")]
    [InlineData("/claims")]
    [InlineData("/assets/run.js")]
    [InlineData("/no-such-page")]
    [InlineData("/runs/no-such-run")]
    public async Task Every_answer_has_the_careful_headers(string address)
    {
        await using TestSite site = await TestSite.StartAsync();
        using HttpResponseMessage answer = await site.SendAsync(HttpMethod.Get, address);
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task With_a_token_nothing_is_served_without_it()
    {
        await using TestSite site = await TestSite.StartAsync(address: IPAddress.Any, token: Token);
        string run = site.AddRun();
        foreach (string address in new[] { "/", $"/runs/{run}", "/assets/run.js", $"/events?run={run}", "/?token=", "/?token=wrong-token-of-letters", $"/?token={Token}x" })
        {
            using HttpResponseMessage answer = await site.SendAsync(HttpMethod.Get, address);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.DoesNotContain(run, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }

        using HttpResponseMessage wrongCookie = await site.SendAsync(HttpMethod.Get, "/", null, ("Cookie", $"nabla-session-0={Token}"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrongCookie.StatusCode);
    }

    [Fact]
    public async Task The_token_opens_the_pages_once_and_leaves_a_cookie()
    {
        await using TestSite site = await TestSite.StartAsync(address: IPAddress.Any, token: Token);
        using HttpResponseMessage first = await site.SendAsync(HttpMethod.Get, $"/claims?method=sgd&token={Token}");
        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        Assert.Equal("/claims?method=sgd", first.Headers.Location!.OriginalString);
        string cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, cookie, StringComparison.Ordinal);
        using HttpResponseMessage second = await site.SendAsync(HttpMethod.Get, "/claims", null, ("Cookie", cookie.Split(';')[0]));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        using HttpResponseMessage bearer = await site.SendAsync(HttpMethod.Get, "/", null, ("Authorization", $"Bearer {Token}"));
        Assert.Equal(HttpStatusCode.OK, bearer.StatusCode);
    }

    [Fact]
    public async Task The_redirection_after_the_token_stays_on_this_site()
    {
        await using TestSite site = await TestSite.StartAsync(address: IPAddress.Any, token: Token);
        (_, string text) = await RawAsync(
            site, $"GET //evil.example/%5cevil?token={Token} HTTP/1.1\r\nHost: localhost:{site.Address.Port}\r\nConnection: close\r\n\r\n");
        string location = text.Split("\r\n").First(line => line.StartsWith("Location:", StringComparison.OrdinalIgnoreCase));
        Assert.Matches("^Location: /[^/\\\\]", location);
    }

    [Theory]
    [InlineData("0.0.0.0", null, "token")]
    [InlineData("192.168.0.7", null, "token")]
    [InlineData("0.0.0.0", "short", "at least")]
    [InlineData("127.0.0.1", "with a space in the middle", "space")]
    public async Task Settings_that_would_open_the_door_are_refused(string address, string? token, string word)
    {
        DashboardException refusal = await Assert.ThrowsAsync<DashboardException>(
            () => DashboardServer.StartAsync(new DashboardSettings { Address = IPAddress.Parse(address), Token = token, Port = 0 }, Cancellation));
        Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_listens_on_loopback_only_unless_told()
    {
        Assert.Equal(IPAddress.Loopback, new DashboardSettings().Address);
        await using TestSite site = await TestSite.StartAsync();
        Assert.True(site.Address.IsLoopback);
        string table = await File.ReadAllTextAsync("/proc/net/tcp", Cancellation);
        Assert.Contains($"0100007F:{site.Address.Port:X4} 00000000:0000 0A", table, StringComparison.Ordinal);
        Assert.DoesNotContain($"00000000:{site.Address.Port:X4} 00000000:0000 0A", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said()
    {
        await using TestSite site = await TestSite.StartAsync();
        DashboardException refusal = await Assert.ThrowsAsync<DashboardException>(
            () => DashboardServer.StartAsync(new DashboardSettings { Port = site.Address.Port, Home = site.Store.Home }, Cancellation));
        Assert.Contains("--port", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PostAsync(TestSite site, HttpContent content)
    {
        (string cookie, string antiforgery) = await AntiforgeryAsync(site);
        return await site.SendAsync(
            HttpMethod.Post, "/claims/run", content, ("Cookie", cookie), ("X-Nabla-Antiforgery", antiforgery));
    }

    internal static async Task<(string Cookie, string Token)> AntiforgeryAsync(TestSite site)
    {
        using HttpResponseMessage page = await site.SendAsync(HttpMethod.Get, "/claims");
        string cookie = Assert.Single(page.Headers.GetValues("Set-Cookie")).Split(';')[0];
        return (cookie, AntiforgeryToken().Match(await page.Content.ReadAsStringAsync(Cancellation)).Groups[1].Value);
    }

    // A client library would tidy the address before sending it.
    private static async Task<(int Status, string Text)> RawAsync(TestSite site, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, site.Address.Port, Cancellation);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        StringBuilder text = new();
        byte[] buffer = new byte[8192];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, Cancellation)) > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (IOException)
        {
            // The server closed with part of the request unread; the answer came before.
        }

        return (int.Parse(text.ToString().Split(' ')[1]), text.ToString());
    }

    [GeneratedRegex("data-antiforgery=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryToken();
}
