namespace Nabla.Bench;

/// <summary>Repeats a measurement, after one round that is thrown away.</summary>
internal static class Rounds
{
    public static double Median(int rounds, Func<double> measure)
    {
        measure();
        return Median([.. Enumerable.Range(0, rounds).Select(_ => measure())]);
    }

    public static double Median(double[] values)
    {
        Array.Sort(values);
        var middle = values.Length / 2;
        return values.Length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
