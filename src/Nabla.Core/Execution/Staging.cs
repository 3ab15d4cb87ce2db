using Nabla.Engine;

namespace Nabla.Core;

/// <summary>
/// How a tensor whose numbers are not all float32 passes through the fused loop: block by block in the cache, so that
/// memory is still read and written once.
/// </summary>
internal sealed unsafe class Staging
{
    /// <summary>Elements in a block: with all states it stays in the first-level cache.</summary>
    public const int BlockLength = 512;

    /// <summary>Floats that a block of everything takes.</summary>
    public const int BufferLength = BlockLength * (2 + State<DoubleLane>.Capacity);

    public DType ParameterType { get; set; } = DType.Float32;

    public DType GradientType { get; set; } = DType.Float32;

    public DType[] StateTypes { get; } = [.. Enumerable.Repeat(DType.Float32, State<DoubleLane>.Capacity)];

    /// <summary>The float32 copy that the rule works on, or 0.</summary>
    public nint Master { get; set; }

    /// <summary>The keys of stochastic rounding this step, for the parameter and each slot; null rounds to nearest.</summary>
    public ulong[]? Keys { get; set; }

    /// <summary>Brings a block to float32; where it is so already the loop works in place.</summary>
    /// <param name="work">The tensor.</param>
    /// <param name="buffer">Room for <see cref="BufferLength"/> floats.</param>
    /// <param name="start">The first element.</param>
    /// <param name="count">The elements, at most <see cref="BlockLength"/>.</param>
    /// <param name="wanted">What is read, as bits of <see cref="SummandReads"/>.</param>
    public KernelMemory Read(TensorWork work, float* buffer, long start, int count, uint wanted)
    {
        var memory = default(KernelMemory);
        if ((wanted & SummandReads.Parameter) != 0)
        {
            if (Master != 0)
            {
                memory.Parameter = Master + (nint)(start * sizeof(float));
                LowPrecision.Follow(ParameterType, At(work.Parameter, ParameterType, start), (float*)memory.Parameter, count);
            }
            else
            {
                memory.Parameter = Wide(work.Parameter, ParameterType, buffer, start, count);
            }
        }

        if ((wanted & SummandReads.Gradient) != 0)
        {
            memory.Gradient = Wide(work.Gradient, GradientType, buffer + BlockLength, start, count);
        }

        for (var i = 0; i < StateTypes.Length; i++)
        {
            if ((wanted & SummandReads.State(i)) != 0)
            {
                System.Runtime.CompilerServices.Unsafe.Add(ref memory.Slot0, i) =
                    Wide(work.States[i], StateTypes[i], buffer + ((2 + i) * BlockLength), start, count);
            }
        }

        return memory;
    }

    /// <summary>Writes back what the loop changed outside its place.</summary>
    public void Write(TensorWork work, KernelMemory memory, long start, int count, uint active)
    {
        if (ParameterType != DType.Float32)
        {
            // With a copy the parameter is a picture of it: rounding at random would only add noise.
            var key = Master == 0 ? Keys?[0] : null;
            Narrow(ParameterType, memory.Parameter, At(work.Parameter, ParameterType, start), start, count, key);
        }

        for (var i = 0; i < StateTypes.Length; i++)
        {
            if ((active >> i & 1) != 0 && StateTypes[i] != DType.Float32)
            {
                var source = System.Runtime.CompilerServices.Unsafe.Add(ref memory.Slot0, i);
                Narrow(StateTypes[i], source, At(work.States[i], StateTypes[i], start), start, count, Keys?[1 + i]);
            }
        }
    }

    private static void Narrow(DType type, nint source, nint target, long start, int count, ulong? key)
    {
        if (key is { } random)
        {
            LowPrecision.NarrowStochastically((float*)source, target, count, random, start);
        }
        else
        {
            LowPrecision.Narrow(type, (float*)source, target, count);
        }
    }

    private static nint Wide(nint address, DType type, float* buffer, long start, int count)
    {
        var at = At(address, type, start);
        if (type == DType.Float32)
        {
            return at;
        }

        LowPrecision.Widen(type, at, buffer, count);
        return (nint)buffer;
    }

    private static nint At(nint address, DType type, long element) => address + (nint)(element * type.Size());
}
