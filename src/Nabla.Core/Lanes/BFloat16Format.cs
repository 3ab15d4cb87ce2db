using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Nabla.Core;

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly struct BFloat16Format : ILowFormat
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> From(Vector256<uint> value) => (value << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Nearest(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var even = (bits >> 16) & Vector256<uint>.One;
        return Quieted(bits, (bits + even + Vector256.Create(0x7FFFu)) >> 16);
    }

    /// <summary>Keeps what is not a number one: rounding could carry it to zero or cut it to infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Quieted(Vector256<uint> bits, Vector256<uint> rounded)
    {
        // Comparing as floats is cheaper than as integers without sign, and not a number is unequal to itself.
        var isNumber = Vector256.Equals(bits.AsSingle(), bits.AsSingle()).AsUInt32();
        return Vector256.ConditionalSelect(isNumber, rounded, (bits >> 16) | Vector256.Create(0x40u));
    }
}
