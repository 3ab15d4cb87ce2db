using Nabla.Engine;

namespace Nabla.Problems.Datasets;

/// <summary>Reads image folders: IDX (MNIST and its like), CIFAR-10 and CIFAR-100 in their binary versions.</summary>
public static class ImageFolder
{
    private const int CifarPixels = 3 * 32 * 32;

    /// <summary>Reads the folder in the format that its file names show.</summary>
    /// <param name="path">A folder.</param>
    /// <param name="seed">Chooses the tenth for validation where the folder has no test images.</param>
    /// <returns>Training and validation images.</returns>
    /// <exception cref="DataException">The folder is missing, has no such files, or one of them is damaged.</exception>
    public static ImageSplit Load(string path, Seed seed)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
        {
            throw new DataException(
                File.Exists(path)
                    ? $"'{path}' is a file; images are read from a folder with IDX or CIFAR binary files."
                    : $"There is no folder '{path}'. Give a folder with IDX or CIFAR binary files.");
        }

        string? Find(params string[] names) => names.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);

        var images = Find("train-images-idx3-ubyte", "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte");
        if (images is not null)
        {
            var labels = Find("train-labels-idx1-ubyte", "train-labels-idx1-ubyte.gz", "train-labels.idx1-ubyte")
                ?? throw new DataException($"'{path}' has '{Path.GetFileName(images)}', but no 'train-labels-idx1-ubyte'.");
            var testImages = Find("t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz", "t10k-images.idx3-ubyte");
            var testLabels = Find("t10k-labels-idx1-ubyte", "t10k-labels-idx1-ubyte.gz", "t10k-labels.idx1-ubyte");
            var training = ReadIdx(images, labels);
            return Split(
                training, testImages is null || testLabels is null ? null : ReadIdx(testImages, testLabels), "IDX", path, seed);
        }

        var batches = Enumerable.Range(1, 5).Select(i => Find($"data_batch_{i}.bin")).OfType<string>().ToArray();
        if (batches.Length > 0)
        {
            var test = Find("test_batch.bin");
            return Split(ReadCifar(batches, 1, 10), test is null ? null : ReadCifar([test], 1, 10), "CIFAR-10", path, seed);
        }

        if (Find("train.bin") is { } train)
        {
            var test = Find("test.bin");
            return Split(ReadCifar([train], 2, 100), test is null ? null : ReadCifar([test], 2, 100), "CIFAR-100", path, seed);
        }

        throw new DataException(
            $"The folder '{path}' holds no images that can be read. Expected are train-images-idx3-ubyte and " +
            "train-labels-idx1-ubyte (IDX), data_batch_1.bin (CIFAR-10) or train.bin (CIFAR-100).");
    }

    private static ImageSet ReadIdx(string imagePath, string labelPath)
    {
        var (sizes, pixels) = IdxFile.Read(imagePath);
        var (labelSizes, labels) = IdxFile.Read(labelPath);
        if (sizes.Length != 3 || labelSizes.Length != 1)
        {
            throw new DataException(
                $"'{imagePath}' has {sizes.Length} dimensions and '{labelPath}' {labelSizes.Length}; expected are 3 and 1.");
        }

        if (sizes[0] != labelSizes[0])
        {
            throw new DataException($"'{imagePath}' holds {sizes[0]} images, but '{labelPath}' {labelSizes[0]} labels.");
        }

        return new ImageSet(pixels, labels, 1, sizes[1], sizes[2], Math.Max(10, labels.Max() + 1));
    }

    // A record is one label byte (two in CIFAR-100: coarse, then fine) and three planes of 32×32.
    private static ImageSet ReadCifar(IReadOnlyList<string> paths, int labelBytes, int classes)
    {
        var record = labelBytes + CifarPixels;
        var pixels = new List<byte[]>();
        var labels = new List<byte>();
        foreach (var path in paths)
        {
            var bytes = DataFiles.Read(path, 1L << 30);
            if (bytes.Length == 0 || bytes.Length % record != 0)
            {
                throw new DataException(
                    $"'{path}' is no whole CIFAR file: {bytes.Length} bytes are not a multiple of {record} " +
                    $"({labelBytes} for the label and {CifarPixels} for the pixels).");
            }

            for (var at = 0; at < bytes.Length; at += record)
            {
                var label = bytes[at + labelBytes - 1];
                if (label >= classes)
                {
                    throw new DataException(
                        $"'{path}' gives image {at / record} the label {label}; labels are 0 to {classes - 1}.");
                }

                labels.Add(label);
                pixels.Add(bytes[(at + labelBytes)..(at + record)]);
            }
        }

        var all = new byte[(long)pixels.Count * CifarPixels];
        for (var i = 0; i < pixels.Count; i++)
        {
            pixels[i].CopyTo(all, i * CifarPixels);
        }

        return new ImageSet(all, [.. labels], 3, 32, 32, classes);
    }

    private static ImageSplit Split(ImageSet training, ImageSet? test, string format, string path, Seed seed)
    {
        if (test is not null)
        {
            if (test.ImageSize != training.ImageSize || test.Height != training.Height)
            {
                throw new DataException($"The test images in '{path}' have another size than the training images.");
            }

            var classes = Math.Max(training.Classes, test.Classes);
            return new ImageSplit(
                WithClasses(training, classes),
                WithClasses(test, classes),
                $"'{path}' ({format}): {training.Count} images for training, its {test.Count} test images for validation");
        }

        if (training.Count < 2)
        {
            throw new DataException($"'{path}' holds one image; at least two are needed, one for validation.");
        }

        var order = Enumerable.Range(0, training.Count).ToArray();
        new RandomStream(seed.Derive("image split")).Shuffle(order.AsSpan());
        var held = Math.Max(training.Count / 10, 1);
        return new ImageSplit(
            training.Select(order.AsSpan(held)),
            training.Select(order.AsSpan(0, held)),
            $"'{path}' ({format}): {training.Count - held} images for training, {held} chosen by the seed for validation");
    }

    private static ImageSet WithClasses(ImageSet set, int classes) =>
        set.Classes == classes
            ? set
            : new ImageSet(set.Pixels.ToArray(), set.Labels.ToArray(), set.Channels, set.Height, set.Width, classes);
}
