using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Nabla.Dashboard.Security;

/// <summary>Puts the headers that keep a browser careful on every answer, refusals too.</summary>
/// <param name="next">What handles the request.</param>
internal sealed class ResponseHeaders(RequestDelegate next)
{
    /// <summary>Scripts, styles and connections of this server only; nothing inline; nobody may frame a page.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        headers[HeaderNames.CacheControl] = "no-store";
        return next(context);
    }
}
