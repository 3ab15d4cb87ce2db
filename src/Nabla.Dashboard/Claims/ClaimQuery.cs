using Microsoft.AspNetCore.Http;
using Nabla.Dashboard.Serving;

namespace Nabla.Dashboard.Claims;

/// <summary>Which claims a visitor wants to see.</summary>
/// <param name="Text">A text in the claim or its sentence; empty: any.</param>
/// <param name="Method">The method; empty: any.</param>
/// <param name="Verdict">The last verdict, or <c>never run</c>; empty: any.</param>
public sealed record ClaimQuery(string Text, string Method, string Verdict)
{
    private const int LongestText = 200;

    /// <summary>Reads the query of an address.</summary>
    /// <param name="query">The query.</param>
    /// <exception cref="BadRequestException">A value makes no sense.</exception>
    public static ClaimQuery Read(IQueryCollection query) => new(One(query, "text").Trim(), One(query, "method"), One(query, "verdict"));

    /// <summary>Whether a claim is asked for.</summary>
    /// <param name="row">The claim.</param>
    public bool Matches(ClaimRow row) =>
        (Text.Length == 0
            || row.Claim.Name.Contains(Text, StringComparison.OrdinalIgnoreCase)
            || row.Claim.Registration.Says.Contains(Text, StringComparison.OrdinalIgnoreCase))
        && (Method.Length == 0 || row.Claim.Method == Method)
        && (Verdict.Length == 0 || row.Verdict == Verdict);

    private static string One(IQueryCollection query, string name) => query[name] switch
    {
        [] => "",
        [{ Length: <= LongestText } value] => value,
        _ => throw BadRequestException.Malformed($"'{name}' is given more than once, or is longer than {LongestText} letters."),
    };
}
