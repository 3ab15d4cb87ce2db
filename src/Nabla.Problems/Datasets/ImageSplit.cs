namespace Nabla.Problems.Datasets;

/// <summary>Images for training and for validation.</summary>
/// <param name="Training">What is learned from.</param>
/// <param name="Validation">What the loss is reported on; shares no image with the former.</param>
/// <param name="Summary">One sentence: where from, how many, how split.</param>
public sealed record ImageSplit(ImageSet Training, ImageSet Validation, string Summary);
