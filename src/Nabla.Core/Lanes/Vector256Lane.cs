using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Nabla.Core;

/// <summary>8 floats at a time. Right on any processor, in software where the registers are missing.</summary>
/// <param name="Value">The numbers.</param>
public readonly unsafe record struct Vector256Lane(Vector256<float> Value) : IMemoryLane<Vector256Lane>
{
    static int IMemoryLane<Vector256Lane>.Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    /// <summary>Sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane operator +(Vector256Lane left, Vector256Lane right) => new(left.Value + right.Value);

    /// <summary>Difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane operator -(Vector256Lane left, Vector256Lane right) => new(left.Value - right.Value);

    /// <summary>Product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane operator *(Vector256Lane left, Vector256Lane right) => new(left.Value * right.Value);

    /// <summary>Quotient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane operator /(Vector256Lane left, Vector256Lane right) => new(left.Value / right.Value);

    /// <summary>Opposite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane operator -(Vector256Lane value) => new(-value.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane FromDouble(double value) => new(Vector256.Create((float)value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Sqrt(Vector256Lane value) => new(Vector256.Sqrt(value.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Exp(Vector256Lane value)
    {
        var power = FloatExponential.Split(value, out var rest);
        var exponent = Vector256.ConvertToInt32(power.Value) + Vector256.Create(127);
        return rest * new Vector256Lane(Vector256.ShiftLeft(exponent, 23).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Min(Vector256Lane left, Vector256Lane right) => new(Vector256.Min(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Max(Vector256Lane left, Vector256Lane right) => new(Vector256.Max(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Abs(Vector256Lane value) => new(Vector256.Abs(value.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Sign(Vector256Lane value)
    {
        var one = Vector256.Create(1f);
        var positive = Vector256.GreaterThan(value.Value, Vector256<float>.Zero) & one;
        var negative = Vector256.LessThan(value.Value, Vector256<float>.Zero) & one;
        return new(positive - negative);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane LessThan(Vector256Lane left, Vector256Lane right) => new(Vector256.LessThan(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane GreaterThan(Vector256Lane left, Vector256Lane right) => new(Vector256.GreaterThan(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Select(Vector256Lane mask, Vector256Lane yes, Vector256Lane no) =>
        new(Vector256.ConditionalSelect(mask.Value, yes.Value, no.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lane Named(Vector256Lane value, string name) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256Lane IMemoryLane<Vector256Lane>.Load(nint address, nint element) =>
        new(Vector256.Load(((float*)address) + element));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IMemoryLane<Vector256Lane>.Store(Vector256Lane value, nint address, nint element) =>
        value.Value.Store(((float*)address) + element);
}
