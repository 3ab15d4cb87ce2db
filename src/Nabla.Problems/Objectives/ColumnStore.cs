namespace Nabla.Problems.Objectives;

/// <summary>A table turned on its side.</summary>
internal static class ColumnStore
{
    /// <summary>The numbers of a table that is given row by row, column by column.</summary>
    public static double[] Of(ReadOnlySpan<double> rows, int count)
    {
        var columns = new double[rows.Length];
        var width = rows.Length / count;
        for (var i = 0; i < rows.Length; i++)
        {
            columns[(i % width * count) + (i / width)] = rows[i];
        }

        return columns;
    }
}
