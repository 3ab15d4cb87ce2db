using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A whole tensor as one lane, of any type on any device; a number stands for itself until it meets one.</summary>
/// <param name="Value">The tensor; null when the lane is a number.</param>
/// <param name="Number">The number when <paramref name="Value"/> is null.</param>
public readonly record struct TensorLane(Tensor? Value, double Number) : ILane<TensorLane>
{
    /// <summary>Sum.</summary>
    public static TensorLane operator +(TensorLane left, TensorLane right) => (left.Value, right.Value) switch
    {
        ({ } a, { } b) => new(a + b, 0),
        ({ } a, null) => new(a + right.Number, 0),
        (null, { } b) => new(left.Number + b, 0),
        _ => FromDouble(left.Number + right.Number),
    };

    /// <summary>Difference.</summary>
    public static TensorLane operator -(TensorLane left, TensorLane right) => (left.Value, right.Value) switch
    {
        ({ } a, { } b) => new(a - b, 0),
        ({ } a, null) => new(a - right.Number, 0),
        (null, { } b) => new(left.Number - b, 0),
        _ => FromDouble(left.Number - right.Number),
    };

    /// <summary>Product.</summary>
    public static TensorLane operator *(TensorLane left, TensorLane right) => (left.Value, right.Value) switch
    {
        ({ } a, { } b) => new(a * b, 0),
        ({ } a, null) => new(a * right.Number, 0),
        (null, { } b) => new(left.Number * b, 0),
        _ => FromDouble(left.Number * right.Number),
    };

    /// <summary>Quotient.</summary>
    public static TensorLane operator /(TensorLane left, TensorLane right) => (left.Value, right.Value) switch
    {
        ({ } a, { } b) => new(a / b, 0),
        ({ } a, null) => new(a / right.Number, 0),
        (null, { } b) => new(left.Number / b, 0),
        _ => FromDouble(left.Number / right.Number),
    };

    /// <summary>Opposite.</summary>
    public static TensorLane operator -(TensorLane value) =>
        value.Value is { } tensor ? new(-tensor, 0) : FromDouble(-value.Number);

    /// <inheritdoc/>
    public static TensorLane FromDouble(double value) => new(null, value);

    /// <inheritdoc/>
    public static TensorLane Sqrt(TensorLane value) =>
        value.Value is { } tensor ? new(tensor.Sqrt(), 0) : FromDouble(Math.Sqrt(value.Number));

    /// <inheritdoc/>
    public static TensorLane Exp(TensorLane value) =>
        value.Value is { } tensor ? new(tensor.Exp(), 0) : FromDouble(Math.Exp(value.Number));

    /// <inheritdoc/>
    public static TensorLane Min(TensorLane left, TensorLane right) =>
        Like(left, right) is { } like
            ? new(left.Whole(like).Minimum(right.Whole(like)), 0)
            : FromDouble(Math.Min(left.Number, right.Number));

    /// <inheritdoc/>
    public static TensorLane Max(TensorLane left, TensorLane right) =>
        Like(left, right) is { } like
            ? new(left.Whole(like).Maximum(right.Whole(like)), 0)
            : FromDouble(Math.Max(left.Number, right.Number));

    /// <inheritdoc/>
    public static TensorLane Abs(TensorLane value) =>
        value.Value is { } tensor ? new(tensor.Abs(), 0) : FromDouble(Math.Abs(value.Number));

    /// <inheritdoc/>
    public static TensorLane Sign(TensorLane value) =>
        value.Value is { } tensor ? new(tensor.Sign(), 0) : FromDouble(DoubleLane.Sign(new(value.Number)).Value);

    /// <inheritdoc/>
    public static TensorLane LessThan(TensorLane left, TensorLane right) =>
        Like(left, right) is { } like
            ? new(left.Whole(like).Lt(right.Whole(like)), 0)
            : FromDouble(left.Number < right.Number ? 1 : 0);

    /// <inheritdoc/>
    public static TensorLane GreaterThan(TensorLane left, TensorLane right) => LessThan(right, left);

    /// <inheritdoc/>
    public static TensorLane Select(TensorLane mask, TensorLane yes, TensorLane no)
    {
        if (mask.Value is not { } condition)
        {
            return mask.Number != 0 ? yes : no;
        }

        var like = Like(yes, no);
        if (like is not null)
        {
            return new(Ops.Where(condition, yes.Whole(like), no.Whole(like)), 0);
        }

        using var a = Tensor.Full([], yes.Number, DType.Float32, condition.Device);
        using var b = Tensor.Full([], no.Number, DType.Float32, condition.Device);
        return new(Ops.Where(condition, a, b), 0);
    }

    /// <inheritdoc/>
    public static TensorLane Named(TensorLane value, string name) => value;

    private static Tensor? Like(TensorLane left, TensorLane right) => left.Value ?? right.Value;

    // A tensor without dimensions broadcasts like a number and keeps the other operand's type.
    private Tensor Whole(Tensor like) => Value ?? Tensor.Full([], Number, like.DType, like.Device);
}
