using Microsoft.AspNetCore.Http;

namespace Nabla.Dashboard.Security;

/// <summary>
/// Refuses what another site sends through a visitor's browser: everything that changes something, and everything but
/// following a link. Browsers name the site in <c>Origin</c> and <c>Sec-Fetch-Site</c>, which pages cannot forge.
/// </summary>
/// <param name="next">What handles requests that pass.</param>
internal sealed class OriginGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        string? origin = request.Headers.Origin;
        string? site = request.Headers["Sec-Fetch-Site"];
        string? mode = request.Headers["Sec-Fetch-Mode"];
        bool otherOrigin = origin is not null
            && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        bool otherSite = site is not (null or "same-origin" or "none");
        bool followsLink = reads && mode == "navigate";
        if ((otherOrigin || otherSite) && !followsLink)
        {
            return Refusal.WriteAsync(
                context, StatusCodes.Status403Forbidden, "This request came from another site, so it is refused.");
        }

        return next(context);
    }
}
