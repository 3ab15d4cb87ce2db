using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>The exponential of the float lanes, from operations that every one of them rounds in the same way.</summary>
internal static class FloatExponential
{
    /// <summary>
    /// Splits exp(value) into 2^power times a rest near one, with the polynomial of the Cephes library: power is a whole
    /// number in [-126, 127].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Split<T>(T value, out T rest)
        where T : struct, ILane<T>
    {
        var x = T.Min(T.Max(value, T.FromDouble(-87.3)), T.FromDouble(88.3));
        // Adding 1.5 * 2^23 leaves no bits below one, so that subtracting it again gives the nearest whole number.
        var magic = T.FromDouble(12582912);
        var power = ((x * T.FromDouble(1.44269504088896341)) + magic) - magic;
        var r = (x - (power * T.FromDouble(0.693359375))) - (power * T.FromDouble(-2.12194440e-4));
        var p = (T.FromDouble(1.9875691500e-4) * r) + T.FromDouble(1.3981999507e-3);
        p = (p * r) + T.FromDouble(8.3334519073e-3);
        p = (p * r) + T.FromDouble(4.1665795894e-2);
        p = (p * r) + T.FromDouble(1.6666665459e-1);
        p = (p * r) + T.FromDouble(5.0000001201e-1);
        rest = ((p * (r * r)) + r) + T.FromDouble(1);
        return power;
    }
}
