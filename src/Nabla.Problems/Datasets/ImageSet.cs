namespace Nabla.Problems.Datasets;

/// <summary>Labelled images in memory: pixels from 0 to 255, image after image, channel after channel, row after row.</summary>
public sealed class ImageSet
{
    /// <summary>Takes over the arrays.</summary>
    /// <param name="pixels">Count × channels × height × width values.</param>
    /// <param name="labels">One class an image, each below <paramref name="classes"/>.</param>
    /// <param name="channels">1 for grey, 3 for colour.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="classes">The number of classes, at least 1.</param>
    /// <exception cref="ArgumentException">The arrays do not fit each other.</exception>
    public ImageSet(byte[] pixels, byte[] labels, int channels, int height, int width, int classes)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (pixels.LongLength != labels.LongLength * channels * height * width)
        {
            throw new ArgumentException(
                $"{pixels.Length} pixels are not {labels.Length} images of {channels}×{height}×{width}.", nameof(pixels));
        }

        if (labels.Any(label => label >= classes))
        {
            throw new ArgumentException($"A label is not below the number of classes, {classes}.", nameof(labels));
        }

        (Pixels, Labels, Channels, Height, Width, Classes) = (pixels, labels, channels, height, width, classes);
    }

    /// <summary>All pixels.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>The class of each image.</summary>
    public ReadOnlyMemory<byte> Labels { get; }

    /// <summary>1 for grey, 3 for colour.</summary>
    public int Channels { get; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Values of one image.</summary>
    public int ImageSize => Channels * Height * Width;

    /// <summary>The pixels of one image.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <returns><see cref="ImageSize"/> values.</returns>
    public ReadOnlySpan<byte> Image(int index) => Pixels.Span.Slice(index * ImageSize, ImageSize);

    /// <summary>Copies chosen images into a new set.</summary>
    /// <param name="indices">Which, in which order.</param>
    /// <returns>A set of as many images.</returns>
    public ImageSet Select(ReadOnlySpan<int> indices)
    {
        var pixels = new byte[indices.Length * ImageSize];
        var labels = new byte[indices.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            Image(indices[i]).CopyTo(pixels.AsSpan(i * ImageSize));
            labels[i] = Labels.Span[indices[i]];
        }

        return new ImageSet(pixels, labels, Channels, Height, Width, Classes);
    }
}
