namespace Nabla.Engine;

/// <summary>What one place between the brackets of <c>tensor[…]</c> says: an integer, a range, everything, a new
/// dimension, or all dimensions not spoken of.</summary>
public readonly struct TensorIndex : IEquatable<TensorIndex>
{
    private TensorIndex(IndexKind kind, Index start, Index end, long step)
    {
        Kind = kind;
        Start = start;
        End = end;
        Step = step;
    }

    private TensorIndex(long position)
    {
        Kind = IndexKind.Position;
        Position = position;
        Step = 1;
    }

    internal enum IndexKind
    {
        All,
        Position,
        Slice,
        NewDimension,
        Ellipsis,
    }

    /// <summary>The whole of a dimension: <c>..</c>.</summary>
    public static TensorIndex All => default;

    /// <summary>A new dimension of size 1 here.</summary>
    public static TensorIndex None => new(IndexKind.NewDimension, default, default, 1);

    /// <summary>The whole of all dimensions that the other indices do not speak of; at most once.</summary>
    public static TensorIndex Ellipsis => new(IndexKind.Ellipsis, default, default, 1);

    internal IndexKind Kind { get; }

    internal long Position { get; }

    internal Index Start { get; }

    internal Index End { get; }

    internal long Step { get; }

    /// <summary>One position; the dimension goes away. A negative one counts from the end.</summary>
    /// <param name="position">The position.</param>
    public static implicit operator TensorIndex(long position) => new(position);

    /// <summary>One position; the dimension goes away. A negative one counts from the end.</summary>
    /// <param name="position">The position.</param>
    public static implicit operator TensorIndex(int position) => new(position);

    /// <summary>One position, perhaps from the end; the dimension goes away.</summary>
    /// <param name="position">The position.</param>
    public static implicit operator TensorIndex(Index position) =>
        new(position.IsFromEnd ? -(long)position.Value : position.Value);

    /// <summary>A range of positions; the dimension stays.</summary>
    /// <param name="range">The range.</param>
    public static implicit operator TensorIndex(Range range) => new(IndexKind.Slice, range.Start, range.End, 1);

    /// <summary>Whether two indices are the same.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if so.</returns>
    public static bool operator ==(TensorIndex left, TensorIndex right) => left.Equals(right);

    /// <summary>Whether two indices differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if so.</returns>
    public static bool operator !=(TensorIndex left, TensorIndex right) => !left.Equals(right);

    /// <summary>Every <paramref name="step"/>-th position of a range.</summary>
    /// <param name="range">The range.</param>
    /// <param name="step">The step, at least 1.</param>
    /// <returns>The index.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is below 1.</exception>
    public static TensorIndex Every(Range range, long step)
    {
        if (step < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, "The step of a slice is at least 1.");
        }

        return new(IndexKind.Slice, range.Start, range.End, step);
    }

    /// <inheritdoc/>
    public bool Equals(TensorIndex other) => Kind == other.Kind && Position == other.Position
        && Start.Equals(other.Start) && End.Equals(other.End) && Step == other.Step;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorIndex other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Position, Start, End, Step);
}
