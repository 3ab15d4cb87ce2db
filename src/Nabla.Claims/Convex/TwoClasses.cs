using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Claims.Convex;

/// <summary>Drawn rows of two classes, labelled -1 and 1.</summary>
internal static class TwoClasses
{
    /// <summary>Points of a square whose class is the sign of the product of their coordinates, some strip around the axes left out.</summary>
    public static LabelledRows Squares(int count, Seed seed, double gap = 0.15)
    {
        var random = new RandomStream(seed);
        double[] features = new double[2 * count], labels = new double[count];
        double Coordinate() => (random.NextInt(2) == 0 ? -1 : 1) * (gap + ((1 - gap) * random.NextDouble()));
        for (var k = 0; k < count; k++)
        {
            (features[2 * k], features[(2 * k) + 1]) = (Coordinate(), Coordinate());
            labels[k] = Math.Sign(features[2 * k] * features[(2 * k) + 1]);
        }

        return new LabelledRows(features, 2, labels);
    }
}
