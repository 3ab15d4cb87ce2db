using Nabla.Engine;

namespace Nabla.Problems.Datasets;

/// <summary>
/// Digits that the program draws: strokes with moved points, turned, sheared, scaled and shifted, of random width, with
/// noise. Grey images of 28×28. They are no photographs and no handwriting; every image depends on seed and index only.
/// </summary>
public static class DrawnDigits
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Side = 28;

    // Each digit as lines through points in a box with x to the right and y down, both from 0 to 1.
    private static readonly (double X, double Y)[][][] Strokes =
    [
        [[(0.5, 0), (0.2, 0.15), (0.1, 0.5), (0.2, 0.85), (0.5, 1), (0.8, 0.85), (0.9, 0.5), (0.8, 0.15), (0.5, 0)]],
        [[(0.3, 0.2), (0.55, 0), (0.55, 1)]],
        [[(0.15, 0.25), (0.3, 0.05), (0.6, 0), (0.85, 0.2), (0.75, 0.45), (0.15, 1), (0.9, 1)]],
        [[(0.15, 0.1), (0.5, 0), (0.8, 0.15), (0.75, 0.4), (0.45, 0.48), (0.8, 0.58), (0.88, 0.8), (0.55, 1), (0.12, 0.9)]],
        [[(0.65, 0), (0.1, 0.65), (0.95, 0.65)], [(0.65, 0.3), (0.65, 1)]],
        [[(0.85, 0), (0.25, 0), (0.2, 0.42), (0.6, 0.38), (0.88, 0.65), (0.65, 0.98), (0.12, 0.92)]],
        [[(0.75, 0), (0.35, 0.25), (0.12, 0.65), (0.3, 0.97), (0.7, 0.97), (0.88, 0.7), (0.6, 0.48), (0.15, 0.62)]],
        [[(0.1, 0), (0.9, 0), (0.4, 1)]],
        [[(0.5, 0.47), (0.18, 0.28), (0.3, 0.03), (0.7, 0.03), (0.82, 0.28), (0.5, 0.47), (0.12, 0.73), (0.3, 1), (0.7, 1), (0.88, 0.73), (0.5, 0.47)]],
        [[(0.85, 0.38), (0.45, 0.52), (0.12, 0.3), (0.35, 0.02), (0.75, 0.05), (0.88, 0.38), (0.6, 1)]],
    ];

    /// <summary>Draws images of all ten digits in turn, so that the classes are balanced.</summary>
    /// <param name="seed">Fixes every image.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <returns>The images; number i shows the digit i mod 10.</returns>
    public static ImageSet Draw(Seed seed, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var pixels = new byte[count * Side * Side];
        var labels = new byte[count];
        Parallel.For(0, count, index =>
        {
            labels[index] = (byte)(index % 10);
            Draw(labels[index], new RandomStream(seed.Derive(index)), pixels.AsSpan(index * Side * Side, Side * Side));
        });
        return new ImageSet(pixels, labels, 1, Side, Side, 10);
    }

    /// <summary>Draws the default images of the task: 8,000 for training and 1,000 for validation.</summary>
    /// <param name="seed">Fixes every image.</param>
    /// <returns>Images of independent seeds.</returns>
    public static ImageSplit DrawSplit(Seed seed) => new(
        Draw(seed.Derive("drawn digits, training"), 8_000),
        Draw(seed.Derive("drawn digits, validation"), 1_000),
        "drawn digits (made by the program, 28×28): 8000 images for training, 1000 for validation");

    private static void Draw(int digit, RandomStream random, Span<byte> image)
    {
        var height = 15 + (5 * random.NextDouble());
        var width = height * (0.55 + (0.3 * random.NextDouble()));
        // An angle of up to 0.25 in both directions; the shear adds as much again. Cayley's form of a rotation is
        // arithmetic only, so images are the same on every platform.
        var tangent = (random.NextDouble() - 0.5) * 0.25;
        var cosine = (1 - (tangent * tangent)) / (1 + (tangent * tangent));
        var sine = 2 * tangent / (1 + (tangent * tangent));
        var shear = (random.NextDouble() - 0.5) * 0.5;
        var centreX = (Side / 2.0) - 0.5 + ((random.NextDouble() - 0.5) * 5);
        var centreY = (Side / 2.0) - 0.5 + ((random.NextDouble() - 0.5) * 5);
        var radius = 0.7 + (0.9 * random.NextDouble());
        var ink = 170 + (85 * random.NextDouble());

        var lines = new List<(double X0, double Y0, double X1, double Y1)>();
        foreach (var stroke in Strokes[digit])
        {
            var points = new (double X, double Y)[stroke.Length];
            for (var i = 0; i < stroke.Length; i++)
            {
                var x = (stroke[i].X - 0.5 + (0.035 * random.NextGaussian())) * width;
                var y = (stroke[i].Y - 0.5 + (0.035 * random.NextGaussian())) * height;
                x -= shear * y;
                points[i] = (centreX + (cosine * x) - (sine * y), centreY + (sine * x) + (cosine * y));
            }

            for (var i = 1; i < points.Length; i++)
            {
                lines.Add((points[i - 1].X, points[i - 1].Y, points[i].X, points[i].Y));
            }
        }

        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var nearest = double.MaxValue;
                foreach (var (x0, y0, x1, y1) in lines)
                {
                    nearest = Math.Min(nearest, SquaredDistance(column, row, x0, y0, x1, y1));
                }

                var cover = Math.Clamp(radius + 0.5 - Math.Sqrt(nearest), 0, 1);
                var noise = (random.NextDouble() + random.NextDouble() - 1) * 60;
                image[(row * Side) + column] = (byte)Math.Clamp((cover * ink) + noise, 0, 255);
            }
        }
    }

    private static double SquaredDistance(double x, double y, double x0, double y0, double x1, double y1)
    {
        double dx = x1 - x0, dy = y1 - y0;
        var length = (dx * dx) + (dy * dy);
        var along = length > 0 ? Math.Clamp((((x - x0) * dx) + ((y - y0) * dy)) / length, 0, 1) : 0;
        double ex = x - x0 - (along * dx), ey = y - y0 - (along * dy);
        return (ex * ex) + (ey * ey);
    }
}
