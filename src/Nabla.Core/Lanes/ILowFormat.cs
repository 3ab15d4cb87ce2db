using System.Runtime.Intrinsics;

namespace Nabla.Core;

/// <summary>A 16-bit format: how eight of its numbers, each in the lower half of a word, become float32 and back.</summary>
internal interface ILowFormat
{
    /// <summary>The float32 numbers of 16-bit ones; exact.</summary>
    static abstract Vector256<float> From(Vector256<uint> value);

    /// <summary>The nearest 16-bit numbers; of two as near, the even one.</summary>
    static abstract Vector256<uint> Nearest(Vector256<float> value);
}
