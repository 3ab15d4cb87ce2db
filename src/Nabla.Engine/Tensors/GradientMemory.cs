using System.Runtime.InteropServices;

namespace Nabla.Engine;

/// <summary>Where a tensor and its gradient lie, read for many tensors at once and without a handle for each gradient.
/// The addresses hold until a gradient is replaced or memory is resized: read them again for every use.</summary>
// nabla_gradient_memory in native/nabla_bridge.h.
[StructLayout(LayoutKind.Sequential)]
public readonly struct GradientMemory
{
    private const int Block = 128;

    private readonly nint _parameter;
    private readonly nint _gradient;
    private readonly long _elementCount;
    private readonly int _parameterType;
    private readonly int _gradientType;
    private readonly long _state;

    private GradientMemory(long state) => _state = state;

    /// <summary>Whether there is no gradient; then nothing else is known.</summary>
    public bool IsMissing => _state == 0;

    /// <summary>Whether tensor and gradient are equally many floating-point numbers on the CPU, each in one piece in
    /// row-major order; only then the other properties are set.</summary>
    public bool IsPlain => _state == 1;

    /// <summary>The address of the tensor's first element.</summary>
    public nint Parameter => _parameter;

    /// <summary>The address of the gradient's first element.</summary>
    public nint Gradient => _gradient;

    /// <summary>The number of elements, of the tensor as of the gradient.</summary>
    public long ElementCount => _elementCount;

    /// <summary>The type of the tensor's elements.</summary>
    public DType ParameterType => DTypes.FromNative(_parameterType);

    /// <summary>The type of the gradient's elements.</summary>
    public DType GradientType => DTypes.FromNative(_gradientType);

    /// <summary>Finds the memory of many tensors and their gradients. Disposed tensors are neither missing nor
    /// plain. Makes no tensors, allocates nothing, and may run on several threads at once.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <param name="memory">What was found, one for each tensor.</param>
    /// <exception cref="ArgumentException">There is not room for each tensor.</exception>
    public static unsafe void Read(ReadOnlySpan<Tensor> tensors, Span<GradientMemory> memory)
    {
        if (memory.Length < tensors.Length)
        {
            throw new ArgumentException(
                $"There is room for {memory.Length} results of {tensors.Length} tensors; give one place for each.", nameof(memory));
        }

        var handles = stackalloc nint[Block];
        for (var start = 0; start < tensors.Length; start += Block)
        {
            var block = tensors.Slice(start, Math.Min(Block, tensors.Length - start));
            var unknown = false;
            for (var i = 0; i < block.Length; i++)
            {
                unknown |= block[i].IsDisposed;
                handles[i] = block[i].HandleOrZero;
            }

            if (unknown)
            {
                memory.Slice(start, block.Length).Fill(new GradientMemory(2));
                continue;
            }

            fixed (GradientMemory* at = memory[start..])
            {
                NativeMethods.Check(NativeMethods.GradientMemoryOf(handles, block.Length, at), nameof(GradientMemory));
            }
        }
    }
}
