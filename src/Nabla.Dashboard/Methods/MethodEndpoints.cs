using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Nabla.Core;
using Nabla.Dashboard.Claims;
using Nabla.Dashboard.Pages;
using Nabla.Dashboard.Serving;
using Nabla.Runs;

namespace Nabla.Dashboard.Methods;

/// <summary>The pages about methods.</summary>
internal static class MethodEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/methods", All);
        endpoints.MapGet("/methods/{name}", One);
    }

    private static RazorComponentResult<MethodsPage> All(RunStore store, ClaimQueue queue)
    {
        Dictionary<string, int> runs = store.List().GroupBy(run => run.Method).ToDictionary(group => group.Key, group => group.Count());
        Dictionary<string, int> claims = queue.Claims.GroupBy(claim => claim.Method).ToDictionary(group => group.Key, group => group.Count());
        return new RazorComponentResult<MethodsPage>(new
        {
            Rows = Catalogue.Methods
                .Select(method => new MethodRow(method, claims.GetValueOrDefault(method.Name), runs.GetValueOrDefault(method.Name)))
                .ToArray(),
        });
    }

    private static RazorComponentResult<MethodPage> One(string name, RunStore store, ClaimQueue queue)
    {
        MethodDescriptor method = Catalogue.Methods.FirstOrDefault(m => m.Name == name)
            ?? throw BadRequestException.NotFound("There is no such method in the catalogue. All methods are at /methods.");
        IReadOnlyList<StoredRun> runs = store.List(new RunFilter { Method = name });
        return new RazorComponentResult<MethodPage>(new
        {
            Method = method,
            RunCount = runs.Count,
            Results = TaskResult.Of(runs),
            Claims = ClaimRow.All(queue, store).Where(row => row.Claim.Method == name).ToArray(),
        });
    }
}
