namespace Nabla.Problems.Unlearning;

/// <summary>Rows of features with one or more answers each, which may be none at all.</summary>
public sealed class ExampleRows
{
    private readonly float[] _features;
    private readonly float[] _answers;

    /// <summary>Takes the arrays over; they must not be changed afterwards.</summary>
    /// <param name="features">Rows × width numbers, row by row; finite.</param>
    /// <param name="width">Features of a row; at least 1.</param>
    /// <param name="answers">Rows × answers numbers, row by row: numbers to predict, or classes; finite.</param>
    /// <param name="answersEach">Answers of a row; at least 1.</param>
    /// <exception cref="ArgumentException">The numbers are no whole rows, their counts differ, or one is not finite.</exception>
    public ExampleRows(float[] features, int width, float[] answers, int answersEach = 1)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(answersEach, 1);
        if (features.Length % width != 0 || answers.Length % answersEach != 0 || features.Length / width != answers.Length / answersEach)
        {
            throw new ArgumentException(
                $"{features.Length} features of width {width} and {answers.Length} answers, {answersEach} a row, are not the same number of rows.", nameof(answers));
        }

        if (!Array.TrueForAll(features, float.IsFinite) || !Array.TrueForAll(answers, float.IsFinite))
        {
            throw new ArgumentException("A feature or an answer is not finite; leave that row out.", nameof(features));
        }

        (_features, Width, _answers, AnswersEach) = (features, width, answers, answersEach);
    }

    /// <summary>How many rows there are.</summary>
    public int Count => _features.Length / Width;

    /// <summary>Features of a row.</summary>
    public int Width { get; }

    /// <summary>Answers of a row.</summary>
    public int AnswersEach { get; }

    /// <summary>The features of a row.</summary>
    /// <param name="row">The number of the row.</param>
    public ReadOnlySpan<float> Features(int row) => _features.AsSpan(row * Width, Width);

    /// <summary>The answers of a row.</summary>
    /// <param name="row">The number of the row.</param>
    public ReadOnlySpan<float> Answers(int row) => _answers.AsSpan(row * AnswersEach, AnswersEach);

    /// <summary>Rows of this and of another table, one after the other.</summary>
    /// <param name="other">Rows of the same widths.</param>
    public ExampleRows With(ExampleRows other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new([.. _features, .. other._features], Width, [.. _answers, .. other._answers], AnswersEach);
    }

    /// <summary>Some of the rows.</summary>
    /// <param name="rows">Their numbers, in the order wanted.</param>
    public ExampleRows Select(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new(
            [.. rows.SelectMany(row => Features(row).ToArray())], Width, [.. rows.SelectMany(row => Answers(row).ToArray())], AnswersEach);
    }
}
