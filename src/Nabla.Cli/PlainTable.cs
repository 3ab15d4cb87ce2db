using System.Text;

namespace Nabla.Cli;

/// <summary>A table of plain text: no colours, no escape sequences, the same in a terminal, a pipe and a file.</summary>
/// <param name="headings">The headings; a column is as wide as its widest cell.</param>
internal sealed class PlainTable(params string[] headings)
{
    private readonly List<string[]> rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="cells">As many cells as there are headings.</param>
    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        rows.Add(cells);
    }

    /// <summary>Writes the headings, a rule and the rows; columns that hold only numbers are aligned to the right.</summary>
    /// <param name="output">Where to.</param>
    public void Write(TextWriter output)
    {
        int[] widths = new int[headings.Length];
        bool[] right = new bool[headings.Length];
        for (int column = 0; column < headings.Length; column++)
        {
            widths[column] = Math.Max(headings[column].Length, rows.Select(row => row[column].Length).DefaultIfEmpty(0).Max());
            right[column] = rows.Count > 0 && rows.TrueForAll(row => row[column].Length == 0 || char.IsDigit(row[column][0])
                || (row[column][0] == '-' && (row[column].Length == 1 || char.IsDigit(row[column][1]))));
        }

        WriteRow(output, headings, widths, right);
        output.WriteLine(string.Join("  ", widths.Select(width => new string('-', width))));
        foreach (string[] row in rows)
        {
            WriteRow(output, row, widths, right);
        }
    }

    private static void WriteRow(TextWriter output, string[] cells, int[] widths, bool[] right)
    {
        StringBuilder line = new();
        for (int column = 0; column < cells.Length; column++)
        {
            line.Append(right[column] ? cells[column].PadLeft(widths[column]) : cells[column].PadRight(widths[column]));
            line.Append("  ");
        }

        output.WriteLine(line.ToString().TrimEnd());
    }
}
