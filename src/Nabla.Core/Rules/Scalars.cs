using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>
/// The numbers of one step that are the same for every element, computed in double by the rule and rounded once,
/// in the order of the rule's scalar definitions; and switches for branches that are the same for every element.
/// </summary>
/// <typeparam name="T">The lane.</typeparam>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1051", Justification = "Rules take references to the fields, which keeps them in registers.")]
public struct Scalars<T>
    where T : struct, ILane<T>
{
    /// <summary>The most scalars a rule may have.</summary>
    public const int Capacity = 12;

    /// <summary>Scalar 0.</summary>
    public T H0;

    /// <summary>Scalar 1.</summary>
    public T H1;

    /// <summary>Scalar 2.</summary>
    public T H2;

    /// <summary>Scalar 3.</summary>
    public T H3;

    /// <summary>Scalar 4.</summary>
    public T H4;

    /// <summary>Scalar 5.</summary>
    public T H5;

    /// <summary>Scalar 6.</summary>
    public T H6;

    /// <summary>Scalar 7.</summary>
    public T H7;

    /// <summary>Scalar 8.</summary>
    public T H8;

    /// <summary>Scalar 9.</summary>
    public T H9;

    /// <summary>Scalar 10.</summary>
    public T H10;

    /// <summary>Scalar 11.</summary>
    public T H11;

    /// <summary>The rule's switches, one bit each.</summary>
    public uint Flags;

    /// <summary>Whether a switch is on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool Has(uint flag) => (Flags & flag) != 0;

    internal static Scalars<T> From(ReadOnlySpan<double> values, uint flags)
    {
        Scalars<T> result = default;
        result.Flags = flags;
        if (values.Length > 0)
        {
            result.H0 = T.FromDouble(values[0]);
        }

        if (values.Length > 1)
        {
            result.H1 = T.FromDouble(values[1]);
        }

        if (values.Length > 2)
        {
            result.H2 = T.FromDouble(values[2]);
        }

        if (values.Length > 3)
        {
            result.H3 = T.FromDouble(values[3]);
        }

        if (values.Length > 4)
        {
            result.H4 = T.FromDouble(values[4]);
        }

        if (values.Length > 5)
        {
            result.H5 = T.FromDouble(values[5]);
        }

        if (values.Length > 6)
        {
            result.H6 = T.FromDouble(values[6]);
        }

        if (values.Length > 7)
        {
            result.H7 = T.FromDouble(values[7]);
        }

        if (values.Length > 8)
        {
            result.H8 = T.FromDouble(values[8]);
        }

        if (values.Length > 9)
        {
            result.H9 = T.FromDouble(values[9]);
        }

        if (values.Length > 10)
        {
            result.H10 = T.FromDouble(values[10]);
        }

        if (values.Length > 11)
        {
            result.H11 = T.FromDouble(values[11]);
        }

        return result;
    }
}
