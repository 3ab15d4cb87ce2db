using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Nabla.Dashboard.Serving;

/// <summary>Serves the scripts, styles and licences.</summary>
internal static class AssetEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/assets/{name}", (string name, HttpContext context) =>
    {
        if (!Asset.All.TryGetValue(name, out Asset? asset))
        {
            throw BadRequestException.NotFound("There is no such file.");
        }

        // Asked for again each time, answered in full only after the program changed.
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(asset.Bytes, asset.ContentType, entityTag: EntityTagHeaderValue.Parse(asset.Tag));
    });
}
