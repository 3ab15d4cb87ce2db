namespace Nabla.Runs;

/// <summary>Statements over the tables of series and chunks; every call belongs into a transaction of the caller.</summary>
internal static class SeriesTable
{
    public static void Append(Database database, string run, string name, ReadOnlySpan<MetricPoint> points)
    {
        if (points.IsEmpty)
        {
            return;
        }

        database.Execute("INSERT INTO series (run, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", run, name);
        AppendTo(database, Find(database, run, name)!.Value, points);
    }

    public static List<MetricPoint> Points(Database database, string run, string name, long afterStep)
    {
        List<MetricPoint> points = [];
        database.Query(
            "SELECT points FROM chunks JOIN series ON series.id = chunks.series WHERE run = $1 AND name = $2 AND last_step > $3 ORDER BY number",
            row =>
            {
                PointChunk.Read((byte[])row.GetValue(0), points);
                return 0;
            },
            run, name, afterStep);
        // The first chunk may begin before.
        int first = 0;
        while (first < points.Count && points[first].Step <= afterStep)
        {
            first++;
        }

        points.RemoveRange(0, first);
        return points;
    }

    /// <summary>Removes what was measured after a step: a resumed run measures it again.</summary>
    public static void Cut(Database database, string run, long lastStep)
    {
        foreach ((long series, string name) in All(database, run))
        {
            List<MetricPoint> points = Points(database, run, name, long.MinValue);
            int removed = points.RemoveAll(point => point.Step > lastStep);
            if (removed > 0)
            {
                Replace(database, series, points);
            }
        }
    }

    /// <summary>Joins the many small chunks that a live run wrote.</summary>
    public static void Join(Database database, string run)
    {
        foreach ((long series, string name) in All(database, run))
        {
            if (database.Number("SELECT count(*) FROM chunks WHERE series = $1", series) > 1)
            {
                Replace(database, series, Points(database, run, name, long.MinValue));
            }
        }
    }

    public static List<(long Id, string Name)> All(Database database, string run) =>
        database.Query("SELECT id, name FROM series WHERE run = $1 ORDER BY name", row => (row.GetInt64(0), row.GetString(1)), run);

    private static long? Find(Database database, string run, string name) =>
        database.Number("SELECT id FROM series WHERE run = $1 AND name = $2", run, name);

    private static void Replace(Database database, long series, List<MetricPoint> points)
    {
        database.Execute("DELETE FROM chunks WHERE series = $1", series);
        if (points.Count == 0)
        {
            database.Execute("DELETE FROM series WHERE id = $1", series);
        }

        foreach (MetricPoint[] chunk in points.Chunk(PointChunk.LargestCount))
        {
            AppendTo(database, series, chunk);
        }
    }

    private static void AppendTo(Database database, long series, ReadOnlySpan<MetricPoint> points)
    {
        long last = points[0].Step;
        long first = last;
        foreach (MetricPoint point in points)
        {
            (first, last) = (Math.Min(first, point.Step), Math.Max(last, point.Step));
        }

        database.Execute(
            "INSERT INTO chunks (series, number, first_step, last_step, points) "
            + "VALUES ($1, (SELECT coalesce(max(number), 0) + 1 FROM chunks WHERE series = $1), $2, $3, $4)",
            series, first, last, PointChunk.Write(points));
    }
}
