using System.Diagnostics;
using Nabla.Engine;

namespace Nabla.Bench;

/// <summary>What one call through the bridge costs.</summary>
internal static class BridgeBench
{
    private const int Calls = 200_000;

    /// <summary>Microseconds of one <c>aten::add</c> on four floats, result freed: the median of seven rounds.</summary>
    public static double AddMicroseconds()
    {
        using var a = Tensor.From<float>([1.5f, -2, 3, 0.25f], 4);
        using var b = Tensor.From<float>([0.5f, 7, -1, 2], 4);
        using var noGrad = GradMode.Disable();
        return Rounds.Median(7, () =>
        {
            var begun = Stopwatch.GetTimestamp();
            for (var call = 0; call < Calls; call++)
            {
                using var sum = a + b;
            }

            return Stopwatch.GetElapsedTime(begun).TotalMicroseconds / Calls;
        });
    }
}
