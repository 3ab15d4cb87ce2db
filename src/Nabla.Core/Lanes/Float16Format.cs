using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Nabla.Core;

/// <summary>float16 of IEEE 754: 5 bits of exponent, 10 of fraction.</summary>
internal readonly struct Float16Format : ILowFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> From(Vector256<uint> value)
    {
        var magnitude = (value & Vector256.Create(0x7FFFu)).AsInt32();
        var sign = (value & Vector256.Create(0x8000u)) << 16;

        // The exponent's bias grows from 15 to 127; infinities and not-a-number keep all its bits.
        var normal = (magnitude << 13) + Vector256.Create(112 << 23);
        var special = (magnitude << 13) | Vector256.Create(0x7F800000);
        var tiny = (Vector256.ConvertToSingle(magnitude) * Vector256.Create(1f / (1 << 24))).AsInt32();
        var result = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(0x400)), tiny, normal);
        result = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(0x7C00)), result, special);
        return (result.AsUInt32() | sign).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Nearest(Vector256<float> value)
    {
        // Without the sign's bit all numbers are below 2^31, where comparing as signed integers is right, and cheaper.
        var magnitude = (value.AsUInt32() & Vector256.Create(0x7FFFFFFFu)).AsInt32();
        var sign = (value.AsUInt32() >> 16) & Vector256.Create(0x8000u);
        var even = (magnitude >> 13) & Vector256<int>.One;
        var normal = (magnitude + even + Vector256.Create(0xFFF - (112 << 23))) >> 13;

        // Below 2^-14 neighbours are 2^-24 apart, as they are for float32 in [0.5, 1): adding 0.5 rounds to them.
        var tiny = (magnitude.AsSingle() + Vector256.Create(0.5f)).AsInt32() - Vector256.Create(0x3F000000);
        var result = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(0x38800000)), tiny, normal);
        result = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude, Vector256.Create(0x477FF000)), result, Vector256.Create(0x7C00));
        var isNumber = Vector256.Equals(value, value).AsInt32();
        return Vector256.ConditionalSelect(isNumber, result, Vector256.Create(0x7E00)).AsUInt32() | sign;
    }
}
