using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>Views of state and scalars that begin later, for the later parts of a chain.</summary>
internal static class Lanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static State<T> Skip<T>(in State<T> state, int count)
        where T : struct, ILane<T>
    {
        var result = state;
        for (var i = 0; i < count; i++)
        {
            result.Slot0 = result.Slot1;
            result.Slot1 = result.Slot2;
            result.Slot2 = result.Slot3;
            result.Slot3 = result.Slot4;
            result.Slot4 = result.Slot5;
            result.Slot5 = default;
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put<T>(ref State<T> state, int from, in State<T> values)
        where T : struct, ILane<T>
    {
        switch (from)
        {
            case 0:
                state.Slot0 = values.Slot0;
                state.Slot1 = values.Slot1;
                state.Slot2 = values.Slot2;
                state.Slot3 = values.Slot3;
                state.Slot4 = values.Slot4;
                state.Slot5 = values.Slot5;
                break;
            case 1:
                state.Slot1 = values.Slot0;
                state.Slot2 = values.Slot1;
                state.Slot3 = values.Slot2;
                state.Slot4 = values.Slot3;
                state.Slot5 = values.Slot4;
                break;
            case 2:
                state.Slot2 = values.Slot0;
                state.Slot3 = values.Slot1;
                state.Slot4 = values.Slot2;
                state.Slot5 = values.Slot3;
                break;
            case 3:
                state.Slot3 = values.Slot0;
                state.Slot4 = values.Slot1;
                state.Slot5 = values.Slot2;
                break;
            case 4:
                state.Slot4 = values.Slot0;
                state.Slot5 = values.Slot1;
                break;
            case 5:
                state.Slot5 = values.Slot0;
                break;
            default:
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalars<T> Skip<T>(in Scalars<T> scalars, int count, int flagBits)
        where T : struct, ILane<T>
    {
        var result = scalars;
        result.Flags >>= flagBits;
        for (var i = 0; i < count; i++)
        {
            result.H0 = result.H1;
            result.H1 = result.H2;
            result.H2 = result.H3;
            result.H3 = result.H4;
            result.H4 = result.H5;
            result.H5 = result.H6;
            result.H6 = result.H7;
            result.H7 = result.H8;
            result.H8 = result.H9;
            result.H9 = result.H10;
            result.H10 = result.H11;
        }

        return result;
    }
}
