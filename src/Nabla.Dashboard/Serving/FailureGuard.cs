using Microsoft.AspNetCore.Http;
using Nabla.Dashboard.Security;
using Nabla.Runs;

namespace Nabla.Dashboard.Serving;

/// <summary>Turns what went wrong into a sentence; a visitor never sees a stack trace.</summary>
/// <param name="next">What handles the request.</param>
/// <param name="settings">Holds whom to tell.</param>
internal sealed class FailureGuard(RequestDelegate next, DashboardSettings settings)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The visitor has gone; there is nobody to answer.
        }
        catch (BadRequestException e)
        {
            await AnswerAsync(context, e.Status, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(
                context,
                e.StatusCode,
                e.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? "The body of this request is too large." : "This request cannot be read.");
        }
        catch (RunStoreException e)
        {
            settings.Log?.Invoke(e.Message);
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, e.Message);
        }
#pragma warning disable CA1031 // The server goes on, whatever one request met.
        catch (Exception e)
#pragma warning restore CA1031
        {
            settings.Log?.Invoke($"{context.Request.Path}: {e}");
            await AnswerAsync(
                context, StatusCodes.Status500InternalServerError, "This page failed. The command that started the dashboard says why.");
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string sentence)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        return Refusal.WriteAsync(context, status, sentence);
    }
}
