namespace Nabla.Engine;

/// <summary>What is known about each <see cref="DType"/>.</summary>
public static class DTypes
{
    /// <summary>The bytes of one element.</summary>
    /// <param name="dtype">The type.</param>
    /// <returns>1, 2, 4 or 8.</returns>
    public static int Size(this DType dtype) => dtype switch
    {
        DType.Float64 or DType.Int64 => 8,
        DType.Float32 or DType.Int32 => 4,
        DType.BFloat16 or DType.Float16 => 2,
        _ => 1,
    };

    /// <summary>Whether the elements are floating-point numbers.</summary>
    /// <param name="dtype">The type.</param>
    /// <returns>True for the four floating-point types.</returns>
    public static bool IsFloatingPoint(this DType dtype) =>
        dtype is DType.Float32 or DType.Float64 or DType.BFloat16 or DType.Float16;

    /// <summary>The element type for a type of C#.</summary>
    /// <typeparam name="T">float, double, <see cref="Half"/>, long, int, byte or bool.</typeparam>
    /// <returns>The type.</returns>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is none of these.</exception>
    public static DType Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return DType.Float32;
        }

        if (typeof(T) == typeof(double))
        {
            return DType.Float64;
        }

        if (typeof(T) == typeof(long))
        {
            return DType.Int64;
        }

        if (typeof(T) == typeof(int))
        {
            return DType.Int32;
        }

        if (typeof(T) == typeof(byte))
        {
            return DType.UInt8;
        }

        if (typeof(T) == typeof(bool))
        {
            return DType.Bool;
        }

        if (typeof(T) == typeof(Half))
        {
            return DType.Float16;
        }

        throw new ArgumentException(
            $"No tensor has elements of the C# type {typeof(T).Name}; use float, double, Half, long, int, byte or bool.");
    }

    // libtorch's own numbers (c10::ScalarType).
    internal static int ToNative(DType dtype) => dtype switch
    {
        DType.UInt8 => 0,
        DType.Int32 => 3,
        DType.Int64 => 4,
        DType.Float16 => 5,
        DType.Float32 => 6,
        DType.Float64 => 7,
        DType.Bool => 11,
        DType.BFloat16 => 15,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "This is not one of the element types."),
    };

    internal static DType FromNative(int number) => number switch
    {
        0 => DType.UInt8,
        3 => DType.Int32,
        4 => DType.Int64,
        5 => DType.Float16,
        6 => DType.Float32,
        7 => DType.Float64,
        11 => DType.Bool,
        15 => DType.BFloat16,
        _ => throw new EngineException(
            $"libtorch's element type number {number} has no counterpart here; convert the tensor to one of "
            + "Float32, Float64, BFloat16, Float16, Int64, Int32, UInt8 or Bool."),
    };

    // What ToArray<T> and AsSpan<T> accept: the type itself, and raw bits where C# has no such type.
    internal static bool IsStoredAs<T>(this DType dtype)
        where T : unmanaged => dtype switch
        {
            DType.Float32 => typeof(T) == typeof(float),
            DType.Float64 => typeof(T) == typeof(double),
            DType.Int64 => typeof(T) == typeof(long),
            DType.Int32 => typeof(T) == typeof(int),
            DType.UInt8 => typeof(T) == typeof(byte),
            DType.Bool => typeof(T) == typeof(bool) || typeof(T) == typeof(byte),
            DType.Float16 => typeof(T) == typeof(Half) || typeof(T) == typeof(ushort),
            DType.BFloat16 => typeof(T) == typeof(ushort),
            _ => false,
        };
}
