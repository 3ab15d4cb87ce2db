namespace Nabla.Engine;

/// <summary>The type of a tensor's elements.</summary>
public enum DType
{
    /// <summary>32-bit floating point: <see cref="float"/>.</summary>
    Float32,

    /// <summary>64-bit floating point: <see cref="double"/>.</summary>
    Float64,

    /// <summary>16-bit brain floating point: the upper half of a <see cref="float"/>; its bits are a
    /// <see cref="ushort"/>.</summary>
    BFloat16,

    /// <summary>16-bit IEEE floating point: <see cref="Half"/>.</summary>
    Float16,

    /// <summary>64-bit integer: <see cref="long"/>.</summary>
    Int64,

    /// <summary>Truth value, one byte: <see cref="bool"/>.</summary>
    Bool,

    /// <summary>32-bit integer: <see cref="int"/>.</summary>
    Int32,

    /// <summary>8-bit integer without sign: <see cref="byte"/>.</summary>
    UInt8,
}
