namespace Nabla.Engine;

/// <summary>The odd quintic nearest to one on an interval, in the greatest error: Remez's algorithm.</summary>
internal static class MinimaxQuintic
{
    /// <summary>ax + bx³ + cx⁵.</summary>
    public static double Value(double a, double b, double c, double x)
    {
        var square = x * x;
        return x * (a + (square * (b + (square * c))));
    }

    /// <summary>The coefficients for [low, high], 0 &lt; low ≤ high.</summary>
    public static (double A, double B, double C) Fit(double low, double high)
    {
        if (low >= (1 - 5e-6) * high)
        {
            // On a point, Remez's equations are singular; the limit is the quintic of Newton and Schulz.
            return (1.875 / high, -1.25 / (high * high * high), 0.375 / Math.Pow(high, 5));
        }

        var (q, r) = (((3 * low) + high) / 4, (low + (3 * high)) / 4);
        var (a, b, c, error) = (0.0, 0.0, 0.0, double.PositiveInfinity);
        for (var round = 0; round < 100; round++)
        {
            // The error alternates in sign at the ends and at the two inner extrema.
            (a, b, c, var next) = Solve([low, q, r, high]);
            var root = Math.Sqrt(Math.Max(0, (9 * b * b) - (20 * a * c)));
            (q, r) = (Math.Sqrt(((-3 * b) - root) / (10 * c)), Math.Sqrt(((-3 * b) + root) / (10 * c)));
            if (Math.Abs(next - error) < 1e-15)
            {
                break;
            }

            error = next;
        }

        return (a, b, c);
    }

    /// <summary>a·x + b·x³ + c·x⁵ + (-1)ⁱ e = 1 at four points, by elimination with pivots.</summary>
    private static (double A, double B, double C, double Error) Solve(double[] points)
    {
        var m = new double[4, 5];
        for (var i = 0; i < 4; i++)
        {
            var x = points[i];
            (m[i, 0], m[i, 1], m[i, 2], m[i, 3], m[i, 4]) = (x, x * x * x, Math.Pow(x, 5), i % 2 == 0 ? 1 : -1, 1);
        }

        for (var column = 0; column < 4; column++)
        {
            var pivot = column;
            for (var row = column + 1; row < 4; row++)
            {
                pivot = Math.Abs(m[row, column]) > Math.Abs(m[pivot, column]) ? row : pivot;
            }

            for (var k = 0; k < 5; k++)
            {
                (m[column, k], m[pivot, k]) = (m[pivot, k], m[column, k]);
            }

            for (var row = 0; row < 4; row++)
            {
                var factor = row == column ? 0 : m[row, column] / m[column, column];
                for (var k = column; k < 5; k++)
                {
                    m[row, k] -= factor * m[column, k];
                }
            }
        }

        return (m[0, 4] / m[0, 0], m[1, 4] / m[1, 1], m[2, 4] / m[2, 2], m[3, 4] / m[3, 3]);
    }
}
