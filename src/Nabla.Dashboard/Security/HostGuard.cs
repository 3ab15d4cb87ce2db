using System.Net;
using Microsoft.AspNetCore.Http;

namespace Nabla.Dashboard.Security;

/// <summary>
/// Refuses requests under a name that is not this machine's. A hostile page can point a name of its own at 127.0.0.1
/// and so read another site's pages with its visitor's browser (DNS rebinding); the name in the request gives it away.
/// </summary>
/// <param name="next">What handles requests that pass.</param>
/// <param name="settings">Where the dashboard listens.</param>
internal sealed class HostGuard(RequestDelegate next, DashboardSettings settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        HostString host = context.Request.Host;
        return host.HasValue && IsOwn(host.Host) && HasOwnPort(context)
            ? next(context)
            : Refusal.WriteAsync(
                context,
                StatusCodes.Status421MisdirectedRequest,
                "This dashboard is not known under that name. Open it under the address that the command printed.");
    }

    private bool IsOwn(string name)
    {
        string bare = name.Trim('[', ']');
        if (string.Equals(bare, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (IPAddress.IsLoopback(settings.Address))
        {
            return IPAddress.TryParse(bare, out IPAddress? loopback) && IPAddress.IsLoopback(loopback);
        }

        // Rebinding needs a name; an address, or this machine's own name, cannot be pointed elsewhere.
        return IPAddress.TryParse(bare, out _) || string.Equals(bare, Dns.GetHostName(), StringComparison.OrdinalIgnoreCase);
    }

    // A tunnel or a forwarded port may change the number on the way, so only loopback without a token is held to it.
    private bool HasOwnPort(HttpContext context) =>
        settings.Token is not null || (context.Request.Host.Port ?? 80) == context.Connection.LocalPort;
}
