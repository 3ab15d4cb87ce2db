using Nabla.Engine;

namespace Nabla.Problems.Unlearning;

/// <summary>
/// Rows that show content and colour, for two experiments of arXiv:2505.22601 without images. A colour is one entry of
/// <see cref="Classes"/> that stands out from small noise; content is the prototype of its class under noise of its own size,
/// so that content is harder to read than colour.
/// </summary>
public static class ColouredClasses
{
    /// <summary>Classes of content, and colours.</summary>
    public const int Classes = 10;

    /// <summary>Features that show the content.</summary>
    public const int ContentWidth = 20;

    /// <summary>Features of a row: colours first, then content.</summary>
    public const int Width = Classes + ContentWidth;

    // How far a colour and a prototype stand out, and the noise over the colours.
    private const double ColourSize = 3;
    private const double ColourNoise = 0.05;
    private const double ContentSize = 0.8;

    /// <summary>Draws rows for representation collapse, with the class of the content for answer.</summary>
    /// <param name="seed">Fixes the rows; the prototypes are fixed by <paramref name="prototypes"/>.</param>
    /// <param name="prototypes">Fixes what the classes look like.</param>
    /// <param name="count">Rows.</param>
    /// <param name="colour">The colour of a row by its class; random numbers are at hand.</param>
    public static ExampleRows Draw(Seed seed, Seed prototypes, int count, Func<int, RandomStream, int> colour)
    {
        ArgumentNullException.ThrowIfNull(colour);
        return Draw(seed, prototypes, count, colour, (label, _) => [label]);
    }

    /// <summary>Draws rows with content and colour for answers, for label erasure.</summary>
    /// <inheritdoc cref="Draw(Seed, Seed, int, Func{int, RandomStream, int})"/>
    public static ExampleRows DrawWithColours(Seed seed, Seed prototypes, int count, Func<int, RandomStream, int> colour)
    {
        ArgumentNullException.ThrowIfNull(colour);
        return Draw(seed, prototypes, count, colour, (label, shown) => [label, shown]);
    }

    /// <summary>A colour that is not the class's own.</summary>
    /// <param name="label">The class.</param>
    /// <param name="random">Draws it.</param>
    public static int AnotherColour(int label, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return (label + 1 + random.NextInt(Classes - 1)) % Classes;
    }

    private static ExampleRows Draw(
        Seed seed, Seed prototypes, int count, Func<int, RandomStream, int> colour, Func<int, int, float[]> answers)
    {
        var drawn = new RandomStream(prototypes.Derive("prototypes"));
        var centers = Enumerable.Range(0, Classes * ContentWidth).Select(_ => ContentSize * drawn.NextGaussian()).ToArray();
        var random = new RandomStream(seed.Derive("coloured classes"));
        var features = new float[count * Width];
        var labels = new List<float>();
        for (var row = 0; row < count; row++)
        {
            var label = row % Classes;
            var shown = colour(label, random);
            var own = features.AsSpan(row * Width, Width);
            for (var k = 0; k < Classes; k++)
            {
                own[k] = (float)((k == shown ? ColourSize : 0) + (ColourNoise * random.NextGaussian()));
            }

            for (var k = 0; k < ContentWidth; k++)
            {
                own[Classes + k] = (float)(centers[(label * ContentWidth) + k] + random.NextGaussian());
            }

            labels.AddRange(answers(label, shown));
        }

        return new ExampleRows(features, Width, [.. labels], labels.Count / Math.Max(1, count));
    }
}
