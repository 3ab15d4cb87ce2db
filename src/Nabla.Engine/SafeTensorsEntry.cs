namespace Nabla.Engine;

/// <summary>What the header of a safetensors file says of one tensor.</summary>
/// <param name="Name">The name, unique in the file.</param>
/// <param name="DType">The type of the elements.</param>
/// <param name="Shape">The sizes, each at least 0; empty for a single number.</param>
/// <param name="Offset">Where the bytes begin, counted from the start of the file.</param>
/// <param name="ByteCount">How many bytes it has: elements times size of the type.</param>
public sealed record SafeTensorsEntry(
    string Name, DType DType, IReadOnlyList<long> Shape, long Offset, long ByteCount);
