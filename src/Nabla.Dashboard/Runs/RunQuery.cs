using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Nabla.Dashboard.Serving;
using Nabla.Runs;

namespace Nabla.Dashboard.Runs;

/// <summary>What a visitor asked of the table of runs: which, in which order, which page.</summary>
public sealed record RunQuery
{
    /// <summary>Rows on a page.</summary>
    public const int PageSize = 50;

    private const int LongestText = 200;
    private const int LastPage = 1_000_000;

    private static readonly IReadOnlyDictionary<string, RunOrder> s_orders = new Dictionary<string, RunOrder>(StringComparer.Ordinal)
    {
        ["started"] = RunOrder.Started,
        ["task"] = RunOrder.Task,
        ["method"] = RunOrder.Method,
        ["ending"] = RunOrder.Ending,
        ["steps"] = RunOrder.Steps,
        ["final-loss"] = RunOrder.FinalLoss,
        ["validation-loss"] = RunOrder.ValidationLoss,
        ["seconds"] = RunOrder.Seconds,
        ["peak-bytes"] = RunOrder.PeakBytes,
    };

    /// <summary>A text in the id, the task or the method; empty: any.</summary>
    public string Text { get; init; } = "";

    /// <summary>What started it; empty: anything.</summary>
    public string Verb { get; init; } = "";

    /// <summary>The task; empty: any.</summary>
    public string Task { get; init; } = "";

    /// <summary>The method; empty: any.</summary>
    public string Method { get; init; } = "";

    /// <summary>The ending; empty: any.</summary>
    public string Ending { get; init; } = "";

    /// <summary>Name of the order.</summary>
    public string Order { get; init; } = "started";

    /// <summary>Whether the largest come first.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>The page, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>The filter for the store. It asks for one row more than a page has, to see whether another follows.</summary>
    public RunFilter Filter => new()
    {
        Text = Null(Text),
        Verb = Null(Verb),
        Task = Null(Task),
        Method = Null(Method),
        Ending = Null(Ending),
        Limit = PageSize + 1,
        Skip = (Page - 1) * PageSize,
    };

    /// <summary>The order for the store.</summary>
    public RunOrder RunOrder => s_orders[Order];

    /// <summary>Reads the query of an address.</summary>
    /// <param name="query">The query.</param>
    /// <exception cref="BadRequestException">A value makes no sense; nobody but a hand-made address has one.</exception>
    public static RunQuery Read(IQueryCollection query)
    {
        string order = One(query, "order") is { Length: > 0 } named ? named : "started";
        if (!s_orders.ContainsKey(order))
        {
            throw BadRequestException.Malformed($"Runs cannot be put in that order; they can by {string.Join(", ", s_orders.Keys)}.");
        }

        string pageText = One(query, "page") is { Length: > 0 } given ? given : "1";
        if (!int.TryParse(pageText, NumberStyles.None, CultureInfo.InvariantCulture, out int page) || page is < 1 or > LastPage)
        {
            throw BadRequestException.Malformed($"A page is a number between 1 and {LastPage}.");
        }

        return new RunQuery
        {
            Text = One(query, "text").Trim(),
            Verb = One(query, "verb"),
            Task = One(query, "task"),
            Method = One(query, "method"),
            Ending = One(query, "ending"),
            Order = order,
            Descending = One(query, "direction") switch
            {
                // Names read from A; everything else from the newest, the longest, except losses, of which the least is best.
                "" => order is "started" or "steps" or "seconds" or "peak-bytes",
                "up" => false,
                "down" => true,
                _ => throw BadRequestException.Malformed("The direction is up or down."),
            },
            Page = page,
        };
    }

    /// <summary>The address of the table with this query.</summary>
    public string ToAddress()
    {
        Dictionary<string, string?> parts = new()
        {
            ["text"] = Null(Text),
            ["verb"] = Null(Verb),
            ["task"] = Null(Task),
            ["method"] = Null(Method),
            ["ending"] = Null(Ending),
            ["order"] = Order,
            ["direction"] = Descending ? "down" : "up",
            ["page"] = Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null,
        };
        return QueryHelpers.AddQueryString("/", parts.Where(part => part.Value is not null));
    }

    /// <summary>This query with its rows by another column, or turned round when they are by that column already.</summary>
    /// <param name="order">Name of the column's order.</param>
    public RunQuery By(string order) => this with
    {
        Order = order,
        Descending = order == Order ? !Descending : order is "started" or "steps" or "seconds" or "peak-bytes",
        Page = 1,
    };

    private static string? Null(string text) => text.Length == 0 ? null : text;

    private static string One(IQueryCollection query, string name) => query[name] switch
    {
        [] => "",
        [{ Length: <= LongestText } value] => value,
        _ => throw BadRequestException.Malformed($"'{name}' is given more than once, or is longer than {LongestText} letters."),
    };
}
