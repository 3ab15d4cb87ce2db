namespace Nabla.Procedures.Solvers;

/// <summary>
/// The diagonal D with which the largest entry of each row of D⁻¹ H D⁻¹ is 1 in absolute value, divided by its least entry.
/// </summary>
/// <remarks>
/// Source: the simultaneous scaling of Ruiz (2001) in the maximum norm. In place of the roots of the diagonal of H, which trust-region
/// codes take: those are zero where a variable bends the function only together with others. With its least entry 1, D makes no
/// step longer than the Euclidean norm would, so that flat variables do not run away.
/// </remarks>
internal static class Equilibration
{
    private const int Rounds = 30;
    private const double Even = 0.02;
    private const double Smallest = 1e-10;

    /// <summary>Finds D and turns the matrix into D⁻¹ H D⁻¹.</summary>
    /// <param name="matrix">H, symmetric and of finite numbers; then D⁻¹ H D⁻¹.</param>
    /// <param name="units">D. A variable whose row is zero gets the largest entry.</param>
    public static void Apply(double[] matrix, double[] units)
    {
        var n = units.Length;
        Array.Fill(units, 1);
        var rows = new double[n];
        for (var round = 0; round < Rounds; round++)
        {
            var unevenness = 0.0;
            for (var i = 0; i < n; i++)
            {
                rows[i] = 0;
                for (var j = 0; j < n; j++)
                {
                    rows[i] = Math.Max(rows[i], Math.Abs(matrix[(i * n) + j]) / units[i] / units[j]);
                }

                unevenness = rows[i] > 0 ? Math.Max(unevenness, Math.Abs(1 - rows[i])) : unevenness;
            }

            for (var i = 0; i < n; i++)
            {
                units[i] *= rows[i] > 0 ? Math.Sqrt(rows[i]) : 1;
            }

            if (unevenness < Even)
            {
                break;
            }
        }

        Normalize(units, rows);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                matrix[(i * n) + j] /= units[i] * units[j];
            }
        }
    }

    /// <summary>Rows of zeros take the largest unit; then the least is 1, and none is beyond what rounding leaves of a step.</summary>
    private static void Normalize(double[] units, double[] rows)
    {
        var (most, least) = (0.0, double.PositiveInfinity);
        for (var i = 0; i < units.Length; i++)
        {
            most = rows[i] > 0 ? Math.Max(most, units[i]) : most;
        }

        for (var i = 0; i < units.Length; i++)
        {
            units[i] = rows[i] > 0 ? Math.Max(units[i], Smallest * most) : Math.Max(most, double.Epsilon);
            least = Math.Min(least, units[i]);
        }

        for (var i = 0; i < units.Length; i++)
        {
            units[i] = most > 0 ? units[i] / least : 1;
        }
    }
}
