using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>One double: the reference.</summary>
/// <param name="Value">The number.</param>
public readonly unsafe record struct DoubleLane(double Value) : IMemoryLane<DoubleLane>
{
    static int IMemoryLane<DoubleLane>.Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    /// <summary>Sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane operator +(DoubleLane left, DoubleLane right) => new(left.Value + right.Value);

    /// <summary>Difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane operator -(DoubleLane left, DoubleLane right) => new(left.Value - right.Value);

    /// <summary>Product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane operator *(DoubleLane left, DoubleLane right) => new(left.Value * right.Value);

    /// <summary>Quotient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane operator /(DoubleLane left, DoubleLane right) => new(left.Value / right.Value);

    /// <summary>Opposite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane operator -(DoubleLane value) => new(-value.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane FromDouble(double value) => new((double)value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Sqrt(DoubleLane value) => new(double.Sqrt(value.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Exp(DoubleLane value) => new(Math.Exp(value.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Min(DoubleLane left, DoubleLane right) => new(double.Min(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Max(DoubleLane left, DoubleLane right) => new(double.Max(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Abs(DoubleLane value) => new(double.Abs(value.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Sign(DoubleLane value) => new(value.Value > 0 ? 1 : value.Value < 0 ? -1 : 0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane LessThan(DoubleLane left, DoubleLane right) => Mask(left.Value < right.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane GreaterThan(DoubleLane left, DoubleLane right) => Mask(left.Value > right.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Select(DoubleLane mask, DoubleLane yes, DoubleLane no) =>
        BitConverter.DoubleToInt64Bits(mask.Value) != 0 ? yes : no;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Named(DoubleLane value, string name) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static DoubleLane IMemoryLane<DoubleLane>.Load(nint address, nint element) =>
        new(((double*)address)[element]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IMemoryLane<DoubleLane>.Store(DoubleLane value, nint address, nint element) =>
        ((double*)address)[element] = value.Value;

    // All bits set is what the vector comparisons give, so masks look alike in every lane.
    private static DoubleLane Mask(bool condition) => new(BitConverter.Int64BitsToDouble(condition ? -1 : 0));
}
