using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Nabla.Core;

/// <summary>16 floats at a time. Right on any processor, in software where the registers are missing.</summary>
/// <param name="Value">The numbers.</param>
public readonly unsafe record struct Vector512Lane(Vector512<float> Value) : IMemoryLane<Vector512Lane>
{
    static int IMemoryLane<Vector512Lane>.Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    /// <summary>Sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane operator +(Vector512Lane left, Vector512Lane right) => new(left.Value + right.Value);

    /// <summary>Difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane operator -(Vector512Lane left, Vector512Lane right) => new(left.Value - right.Value);

    /// <summary>Product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane operator *(Vector512Lane left, Vector512Lane right) => new(left.Value * right.Value);

    /// <summary>Quotient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane operator /(Vector512Lane left, Vector512Lane right) => new(left.Value / right.Value);

    /// <summary>Opposite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane operator -(Vector512Lane value) => new(-value.Value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane FromDouble(double value) => new(Vector512.Create((float)value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Sqrt(Vector512Lane value) => new(Vector512.Sqrt(value.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Exp(Vector512Lane value)
    {
        var power = FloatExponential.Split(value, out var rest);
        var exponent = Vector512.ConvertToInt32(power.Value) + Vector512.Create(127);
        return rest * new Vector512Lane(Vector512.ShiftLeft(exponent, 23).AsSingle());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Min(Vector512Lane left, Vector512Lane right) => new(Vector512.Min(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Max(Vector512Lane left, Vector512Lane right) => new(Vector512.Max(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Abs(Vector512Lane value) => new(Vector512.Abs(value.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Sign(Vector512Lane value)
    {
        var one = Vector512.Create(1f);
        var positive = Vector512.GreaterThan(value.Value, Vector512<float>.Zero) & one;
        var negative = Vector512.LessThan(value.Value, Vector512<float>.Zero) & one;
        return new(positive - negative);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane LessThan(Vector512Lane left, Vector512Lane right) => new(Vector512.LessThan(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane GreaterThan(Vector512Lane left, Vector512Lane right) => new(Vector512.GreaterThan(left.Value, right.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Select(Vector512Lane mask, Vector512Lane yes, Vector512Lane no) =>
        new(Vector512.ConditionalSelect(mask.Value, yes.Value, no.Value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lane Named(Vector512Lane value, string name) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512Lane IMemoryLane<Vector512Lane>.Load(nint address, nint element) =>
        new(Vector512.Load(((float*)address) + element));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void IMemoryLane<Vector512Lane>.Store(Vector512Lane value, nint address, nint element) =>
        value.Value.Store(((float*)address) + element);
}
