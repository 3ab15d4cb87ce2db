using System.Globalization;
using System.Text;

namespace Nabla.Experiments;

/// <summary>
/// What all reports share: one HTML file with nothing outside it, readable in a light and a dark browser and on paper,
/// and well-formed XML.
/// </summary>
public static class ReportPage
{
    /// <summary>How many colors lines have; more lines begin again with the first.</summary>
    public const int Colors = 8;

    /// <summary>What closes a page.</summary>
    public const string End = "</main>\n</body>\n</html>\n";

    /// <summary>What opens the frame of a wide table: it scrolls sideways by itself, with the keyboard too.</summary>
    public const string Scroll = "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">";

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6575; --rule: #dde2ea; --page: #ffffff; --card: #f6f8fb;
          --k0: #2563eb; --k1: #d97706; --k2: #059669; --k3: #db2777; --k4: #7c3aed; --k5: #0891b2; --k6: #65a30d; --k7: #b91c1c; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --soft: #9aa4b5; --rule: #323a48; --page: #12161d; --card: #1a202a;
          --k0: #6ea0ff; --k1: #f5a742; --k2: #34d399; --k3: #f472b6; --k4: #a78bfa; --k5: #22d3ee; --k6: #a3e635; --k7: #f87171; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 1020px; padding: 32px 24px 64px; background: var(--page); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
        h1 { font-size: 26px; line-height: 1.25; margin: 0 0 6px; } h2 { font-size: 18px; margin: 36px 0 8px; } h3 { font-size: 16px; margin: 24px 0 6px; }
        p { margin: 6px 0; } .soft { color: var(--soft); } .headline { font-size: 17px; margin: 14px 0 4px; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
        th, td { padding: 7px 10px; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; vertical-align: top; }
        th { color: var(--soft); font-weight: 600; font-size: 12.5px; } th.t, td.t { text-align: left; } td.w { white-space: normal; min-width: 20em; }
        tr.best td { font-weight: 600; background: var(--card); } td small { font-weight: 400; color: var(--soft); }
        .key { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 8px; vertical-align: -1px; }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 6px 0; font-size: 14px; }
        figure { margin: 8px 0 0; } svg { width: 100%; height: auto; display: block; }
        .grid { stroke: var(--rule); stroke-width: 1; } .axis { stroke: var(--soft); stroke-width: 1; }
        .base { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 5 4; }
        .tick { fill: var(--soft); font-size: 12px; } .label { fill: var(--soft); font-size: 13px; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .band { fill-opacity: 0.16; stroke: none; }
        @media (max-width: 700px) { body { padding: 20px 14px 48px; } figure { overflow-x: auto; } svg { min-width: 620px; } }
        dl { display: grid; grid-template-columns: minmax(120px, max-content) 1fr; gap: 4px 20px; margin: 8px 0; }
        dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        pre { background: var(--card); border: 1px solid var(--rule); border-radius: 6px; padding: 12px; overflow-x: auto; margin: 8px 0;
          font: 13px/1.45 ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; }
        """;

    /// <summary>SHA-256 of the content of the style element, in Base64: what a content security policy names to allow it.</summary>
    public static string StyleHash { get; } =
        Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(StyleText())));

    /// <summary>The beginning of a page, up to and with its heading.</summary>
    /// <param name="title">The heading, plain text.</param>
    /// <returns>The markup.</returns>
    public static string Begin(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        return "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta charset=\"utf-8\"/>\n"
            + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
            + $"<title>{Text(title)} · Nabla</title>\n<style>{StyleText()}</style>\n</head>\n<body>\n<main>\n"
            + $"<h1>{Text(title)}</h1>\n";
    }

    /// <summary>Plain text as markup.</summary>
    /// <param name="text">The text; null is empty.</param>
    /// <returns>The text with what markup reserves escaped.</returns>
    public static string Text(string? text) => Markup.Text(text);

    /// <summary>Writes a page, to a temporary name first, so that a reader never sees half of it.</summary>
    /// <param name="page">The whole page.</param>
    /// <param name="path">The file; its folder is made when missing, an old file is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; nothing is left of it.</exception>
    public static void Write(string page, string path)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(path);
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        string temporary = full + ".tmp";
        try
        {
            File.WriteAllText(temporary, page, new UTF8Encoding(false));
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static string StyleText() => $"\n{Style}\n{ColorRules()}";

    private static string ColorRules()
    {
        StringBuilder rules = new();
        for (int i = 0; i < Colors; i++)
        {
            rules.Append(
                CultureInfo.InvariantCulture,
                $".line.c{i} {{ stroke: var(--k{i}); }} .band.c{i}, .dot.c{i} {{ fill: var(--k{i}); }} .key.c{i} {{ background: var(--k{i}); }}\n");
        }

        return rules.ToString();
    }
}
