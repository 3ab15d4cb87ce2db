using System.Globalization;
using System.Text;

namespace Nabla.Core;

/// <summary>Writes groups as a table for people.</summary>
internal static class GroupTable
{
    private const int NamesShown = 3;

    public static string Write(IReadOnlyList<ParameterGroup> groups, IReadOnlyList<Parameter> others)
    {
        var rows = new List<string[]> { new[] { "group", "method", "weight decay", "tensors", "parameters", "roles", "names" } };
        for (var i = 0; i < groups.Count; i++)
        {
            var decay = WeightDecay.Of(groups[i].Options) switch
            {
                null => "none",
                0 => "off",
                { } strength => OptionText.Write(strength),
            };
            rows.Add(Row(
                i.ToString(CultureInfo.InvariantCulture), MethodOf(groups[i].Options), decay, groups[i].Parameters));
        }

        if (others.Count > 0)
        {
            rows.Add(Row("-", "not optimized", string.Empty, others));
        }

        var widths = Enumerable.Range(0, rows[0].Length).Select(c => rows.Max(r => r[c].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd());
        }

        return text.ToString();
    }

    private static string MethodOf(MethodOptions options)
    {
        if (options.ComposedMethod is { } composed)
        {
            return composed.RuleType.Name;
        }

        var method = Catalogue.ForOptions(options);
        var defaults = method.ValuesOf((MethodOptions)Activator.CreateInstance(options.GetType())!);
        var changed = method.ValuesOf(options).Where(v => v.Key != "weightDecay" && !v.Value.Equals(defaults[v.Key]))
            .Select(v => $"{v.Key}={OptionText.Write(v.Value)}").ToArray();
        return changed.Length == 0 ? method.Name : $"{method.Name} {string.Join(' ', changed)}";
    }

    private static string[] Row(string group, string method, string decay, IReadOnlyList<Parameter> parameters)
    {
        var roles = parameters.Aggregate(ParameterRoles.None, (all, p) => all | p.Role);
        var names = string.Join(", ", parameters.Take(NamesShown).Select(p => p.Name));
        var more = parameters.Count > NamesShown ? $", and {parameters.Count - NamesShown} more" : string.Empty;
        return
        [
            group, method, decay, parameters.Count.ToString(CultureInfo.InvariantCulture),
            parameters.Sum(p => p.Value.ElementCount).ToString("N0", CultureInfo.InvariantCulture),
            roles == ParameterRoles.None ? "-" : roles.ToString(), names + more,
        ];
    }
}
