using Microsoft.AspNetCore.Http;

namespace Nabla.Dashboard.Security;

/// <summary>Answers a request that is not served with a sentence in plain text.</summary>
internal static class Refusal
{
    /// <summary>Writes the answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">The status code.</param>
    /// <param name="sentence">What is wrong and what to do. Nothing of the request is repeated in it.</param>
    public static Task WriteAsync(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(sentence + "\n", context.RequestAborted);
    }
}
