using Microsoft.AspNetCore.Http;

namespace Nabla.Dashboard.Serving;

/// <summary>What a visitor asked for cannot be served; the message is shown.</summary>
/// <param name="status">The status code of the answer.</param>
/// <param name="message">What is wrong and what to do.</param>
internal sealed class BadRequestException(int status, string message) : Exception(message)
{
    /// <summary>The status code of the answer.</summary>
    public int Status { get; } = status;

    /// <summary>The request makes no sense.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public static BadRequestException Malformed(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>What is asked for does not exist.</summary>
    /// <param name="message">What is missing and where to look.</param>
    public static BadRequestException NotFound(string message) => new(StatusCodes.Status404NotFound, message);
}
