using System.Text;

namespace Nabla.Engine;

/// <summary>The root of every random choice of a run. Equal seeds give equal choices on every platform.</summary>
/// <param name="Value">The 64 bits that key a <see cref="RandomStream"/>.</param>
public readonly record struct Seed(ulong Value)
{
    /// <summary>Makes a seed from the number a user typed; negative numbers are allowed.</summary>
    /// <param name="value">Any 64-bit integer.</param>
    /// <returns>The seed with the same 64 bits.</returns>
    public static Seed From(long value) => new(unchecked((ulong)value));

    /// <summary>
    /// Makes an independent seed for a named purpose, so that adding a random choice to one part of a run
    /// changes none of the others.
    /// </summary>
    /// <param name="name">What the seed is for, for example <c>"data order"</c>; any text, compared byte by byte.</param>
    /// <returns>The same seed for the same name on every platform and in every version.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public Seed Derive(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // FNV-1a over UTF-8; string.GetHashCode differs from process to process.
        var hash = 0xcbf29ce484222325UL;
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ b) * 0x100000001b3UL);
        }

        return new Seed(Mix(unchecked(Mix(Value + 0x9e3779b97f4a7c15UL) + hash)));
    }

    /// <summary>Makes an independent seed for a numbered purpose, for example one a layer or an image.</summary>
    /// <param name="index">Any 64-bit integer.</param>
    /// <returns>The same seed for the same index on every platform and in every version.</returns>
    public Seed Derive(long index) =>
        new(Mix(unchecked(Mix(Value + 0xd1b54a32d192ed03UL) + ((ulong)index * 0x9e3779b97f4a7c15UL))));

    /// <summary>The seed as a decimal number.</summary>
    /// <returns>The digits of <see cref="Value"/>.</returns>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // The finalizer of SplitMix64: a bijection in which every input bit reaches every output bit.
    private static ulong Mix(ulong x)
    {
        unchecked
        {
            x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9UL;
            x = (x ^ (x >> 27)) * 0x94d049bb133111ebUL;
            return x ^ (x >> 31);
        }
    }
}
