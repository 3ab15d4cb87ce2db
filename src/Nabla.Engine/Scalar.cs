using System.Globalization;
using System.Runtime.InteropServices;

namespace Nabla.Engine;

/// <summary>A number that an operator takes beside its tensors; it keeps its kind (integer, floating point or truth
/// value), because results' element types depend on it.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct Scalar : IEquatable<Scalar>
{
    private readonly long _bits;

    private Scalar(NativeKind kind, long bits)
    {
        Kind = kind;
        _bits = bits;
    }

    /// <summary>Makes a floating-point scalar.</summary>
    /// <param name="value">The number.</param>
    public Scalar(double value)
        : this(NativeKind.Double, BitConverter.DoubleToInt64Bits(value))
    {
    }

    /// <summary>Makes an integer scalar.</summary>
    /// <param name="value">The number.</param>
    public Scalar(long value)
        : this(NativeKind.Integer, value)
    {
    }

    /// <summary>Makes a truth value.</summary>
    /// <param name="value">The value.</param>
    public Scalar(bool value)
        : this(NativeKind.Bool, value ? 1 : 0)
    {
    }

    /// <summary>Whether this is a floating-point number.</summary>
    public bool IsFloatingPoint => Kind == NativeKind.Double;

    internal NativeKind Kind { get; }

    internal long Bits => _bits;

    /// <summary>A floating-point scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(double value) => new(value);

    /// <summary>An integer scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(long value) => new(value);

    /// <summary>An integer scalar.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(int value) => new((long)value);

    /// <summary>A truth value.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Scalar(bool value) => new(value);

    /// <summary>Whether two scalars have the same kind and value.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if so.</returns>
    public static bool operator ==(Scalar left, Scalar right) => left.Equals(right);

    /// <summary>Whether two scalars differ in kind or value.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if so.</returns>
    public static bool operator !=(Scalar left, Scalar right) => !left.Equals(right);

    /// <summary>The value as a floating-point number.</summary>
    /// <returns>The number; 1 or 0 for a truth value.</returns>
    public double ToDouble() => IsFloatingPoint ? BitConverter.Int64BitsToDouble(_bits) : _bits;

    /// <inheritdoc/>
    public bool Equals(Scalar other) => Kind == other.Kind && _bits == other._bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _bits);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        NativeKind.Double => ToDouble().ToString("R", CultureInfo.InvariantCulture),
        NativeKind.Bool => _bits != 0 ? "true" : "false",
        _ => _bits.ToString(CultureInfo.InvariantCulture),
    };
}
