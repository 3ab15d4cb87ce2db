namespace Nabla.OperatorGenerator;

/// <summary>The chosen operators, in order, by section, as <c>operators.txt</c> lists them.</summary>
internal sealed record OperatorList(string LibtorchVersion, IReadOnlyList<(string Section, string Operator)> Entries)
{
    /// <summary>
    /// Reads the list: <c>## Name</c> opens a section (one pair of files), other lines that begin with <c>#</c> are
    /// remarks, <c>libtorch VERSION</c> says whose schemas the written files come from, and every other line names
    /// one operator.
    /// </summary>
    /// <exception cref="FormatException">An operator stands outside a section or twice, or no version is given.</exception>
    public static OperatorList Parse(string text)
    {
        var entries = new List<(string, string)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? section = null;
        string? version = null;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = line[3..].Trim();
            }
            else if (line.StartsWith("libtorch ", StringComparison.Ordinal))
            {
                version = line["libtorch ".Length..].Trim();
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                if (section is null)
                {
                    throw new FormatException($"operators.txt: '{line}' stands before the first section ('## Name').");
                }

                if (!seen.Add(line))
                {
                    throw new FormatException($"operators.txt: '{line}' is listed twice; remove one.");
                }

                entries.Add((section, line));
            }
        }

        return new OperatorList(
            version ?? throw new FormatException("operators.txt: no line 'libtorch VERSION'; add the version to generate from."),
            entries);
    }
}
