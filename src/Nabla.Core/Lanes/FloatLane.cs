using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>One float: the tail of a fused kernel.</summary>
/// <param name="Value">The number.</param>
public readonly unsafe record struct FloatLane(float Value) : IMemoryLane<FloatLane>
{
    static int IMemoryLane<FloatLane>.Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    /// <summary>Sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane operator +(FloatLane left, FloatLane right) => new(left.Value + right.Value);

    /// <summary>Difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane operator -(FloatLane left, FloatLane right) => new(left.Value - right.Value);

    /// <summary>Product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane operator *(FloatLane left, FloatLane right) => new(left.Value * right.Value);

    /// <summary>Quotient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane operator /(FloatLane left, FloatLane right) => new(left.Value / right.Value);

    /// <summary>Opposite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane operator -(FloatLane value) => new(-value.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane FromDouble(double value) => new((float)value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane Sqrt(FloatLane value) => new(float.Sqrt(value.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane Exp(FloatLane value)
    {
        var power = FloatExponential.Split(value, out var rest);
        return rest * new FloatLane(BitConverter.Int32BitsToSingle(((int)power.Value + 127) << 23));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane Min(FloatLane left, FloatLane right) => new(float.Min(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane Max(FloatLane left, FloatLane right) => new(float.Max(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane Abs(FloatLane value) => new(float.Abs(value.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane Sign(FloatLane value) => new(value.Value > 0 ? 1 : value.Value < 0 ? -1 : 0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane LessThan(FloatLane left, FloatLane right) => Mask(left.Value < right.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane GreaterThan(FloatLane left, FloatLane right) => Mask(left.Value > right.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane Select(FloatLane mask, FloatLane yes, FloatLane no) =>
        BitConverter.SingleToInt32Bits(mask.Value) != 0 ? yes : no;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FloatLane Named(FloatLane value, string name) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static FloatLane IMemoryLane<FloatLane>.Load(nint address, nint element) =>
        new(((float*)address)[element]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IMemoryLane<FloatLane>.Store(FloatLane value, nint address, nint element) =>
        ((float*)address)[element] = value.Value;

    // All bits set is what the vector comparisons give, so masks look alike in every lane.
    private static FloatLane Mask(bool condition) => new(BitConverter.Int32BitsToSingle(condition ? -1 : 0));
}
