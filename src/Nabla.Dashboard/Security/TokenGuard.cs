using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Nabla.Dashboard.Security;

/// <summary>
/// Lets in who knows the token: in the address on the first visit, which leaves a cookie and goes on without it, or in
/// an <c>Authorization: Bearer</c> header. Without a token in the settings it lets everybody in.
/// </summary>
internal sealed class TokenGuard
{
    private const string Parameter = "token";
    private const string Scheme = "Bearer ";

    private readonly RequestDelegate _next;
    private readonly byte[]? _expected;
    private readonly string _cookie;

    // What the cookie holds: it opens this process's pages only, and does not tell the token.
    private readonly string _session = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Makes the guard.</summary>
    /// <param name="next">What handles requests that pass.</param>
    /// <param name="settings">Holds the token.</param>
    public TokenGuard(RequestDelegate next, DashboardSettings settings)
    {
        _next = next;
        _expected = settings.Token is { } token ? Digest(token) : null;
        // Cookies of one host are shared by all its ports.
        _cookie = $"nabla-session-{settings.Port}";
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (_expected is null)
        {
            return _next(context);
        }

        HttpRequest request = context.Request;
        if (request.Cookies[_cookie] is { } session && Same(Digest(session), Digest(_session)))
        {
            return _next(context);
        }

        string? header = request.Headers.Authorization;
        if (header is not null && header.StartsWith(Scheme, StringComparison.Ordinal) && IsToken(header[Scheme.Length..]))
        {
            return _next(context);
        }

        if (HttpMethods.IsGet(request.Method) && request.Query[Parameter] is [{ } given] && IsToken(given))
        {
            context.Response.Cookies.Append(_cookie, _session, new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                // Lax, so that a link to the dashboard in a mail or a chat works; what changes something asks for more.
                SameSite = SameSiteMode.Lax,
                Path = "/",
            });
            IEnumerable<KeyValuePair<string, string?>> rest = request.Query
                .Where(pair => pair.Key != Parameter)
                .SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
            // The leading slash of a path stands alone, so the address cannot lead to another host.
            string path = "/" + request.Path.ToUriComponent().TrimStart('/', '\\');
            context.Response.Redirect(QueryHelpers.AddQueryString(path, rest));
            return Task.CompletedTask;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Refusal.WriteAsync(
            context,
            StatusCodes.Status401Unauthorized,
            "This dashboard asks for a token. Add ?token=TOKEN to the address, with the token that was given to the command.");
    }

    private bool IsToken(string given) => Same(Digest(given), _expected!);

    // Digests have one length, and the comparison looks at every byte: its time tells nothing of the token.
    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static bool Same(byte[] one, byte[] other) => CryptographicOperations.FixedTimeEquals(one, other);
}
