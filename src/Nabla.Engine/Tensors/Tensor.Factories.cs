using Microsoft.Win32.SafeHandles;

namespace Nabla.Engine;

public sealed partial class Tensor
{
    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The sizes; empty for a scalar.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">Where it is to lie; the CPU if null.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Zeros(ReadOnlySpan<long> shape, DType dtype = DType.Float32, Device? device = null) =>
        Make(BasicOperators.Zeros, shape, dtype, device);

    /// <summary>A tensor of ones.</summary>
    /// <param name="shape">The sizes; empty for a scalar.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">Where it is to lie; the CPU if null.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Ones(ReadOnlySpan<long> shape, DType dtype = DType.Float32, Device? device = null) =>
        Make(BasicOperators.Ones, shape, dtype, device);

    /// <summary>A tensor whose elements are whatever lay in memory.</summary>
    /// <param name="shape">The sizes; empty for a scalar.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">Where it is to lie; the CPU if null.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Empty(ReadOnlySpan<long> shape, DType dtype = DType.Float32, Device? device = null)
    {
        var call = new OperatorCall(BasicOperators.Empty, stackalloc NativeArgument[6]);
        call.Integers(shape);
        Options(ref call, dtype, device);
        call.None();
        return call.ReturnTensor();
    }

    /// <summary>A tensor with one value everywhere.</summary>
    /// <param name="shape">The sizes; empty for a scalar.</param>
    /// <param name="value">The value, converted to the element type.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">Where it is to lie; the CPU if null.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Full(
        ReadOnlySpan<long> shape, double value, DType dtype = DType.Float32, Device? device = null)
    {
        var call = new OperatorCall(BasicOperators.Full, stackalloc NativeArgument[6]);
        call.Integers(shape);
        call.Scalar(value);
        Options(ref call, dtype, device);
        return call.ReturnTensor();
    }

    /// <summary>A tensor on the CPU with a copy of given values.</summary>
    /// <typeparam name="T">float, double, long, int, byte, bool or <see cref="Half"/>; it decides the element
    /// type.</typeparam>
    /// <param name="values">The elements in row-major order.</param>
    /// <param name="shape">The sizes, whose product is the number of values; without any, the tensor has one
    /// dimension.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the number of values.</exception>
    public static unsafe Tensor From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        DType dtype = DTypes.Of<T>();
        ReadOnlySpan<long> sizes = shape.IsEmpty ? [values.Length] : shape;
        long product = 1;
        foreach (long size in sizes)
        {
            if (size < 0)
            {
                throw new ArgumentException($"The shape [{string.Join(", ", sizes.ToArray())}] has a negative size.");
            }

            product = checked(product * size);
        }

        if (product != values.Length)
        {
            throw new ArgumentException(
                $"The shape [{string.Join(", ", sizes.ToArray())}] holds {product} elements, but {values.Length} values "
                + "were given.");
        }

        Tensor tensor = Empty(sizes, dtype);
        values.CopyTo(new Span<T>((void*)tensor.DataPointer, values.Length));
        return tensor;
    }

    /// <summary>A tensor on the CPU with a copy of given values.</summary>
    /// <typeparam name="T">float, double, long, int, byte, bool or <see cref="Half"/>; it decides the element
    /// type.</typeparam>
    /// <param name="values">The elements in row-major order.</param>
    /// <param name="shape">The sizes, whose product is the number of values; without any, the tensor has one
    /// dimension.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the number of values.</exception>
    public static Tensor From<T>(T[] values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        return From((ReadOnlySpan<T>)values, shape);
    }

    /// <summary>A tensor without dimensions.</summary>
    /// <param name="value">Its one value, converted to the element type.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>The tensor, of shape [].</returns>
    public static Tensor Scalar(double value, DType dtype = DType.Float32) => Full([], value, dtype);

    /// <summary>The integers from one number to another.</summary>
    /// <param name="start">The first.</param>
    /// <param name="end">One past the last.</param>
    /// <param name="dtype">The element type.</param>
    /// <returns>A tensor of shape [end − start].</returns>
    /// <exception cref="EngineException"><paramref name="end"/> is below <paramref name="start"/>.</exception>
    public static Tensor Arange(long start, long end, DType dtype = DType.Int64)
    {
        var call = new OperatorCall(BasicOperators.Arange, stackalloc NativeArgument[6]);
        call.Integer(start);
        call.Integer(end);
        Options(ref call, dtype, null);
        return call.ReturnTensor();
    }

    /// <summary>Zeros of another tensor's shape, element type and device.</summary>
    /// <param name="like">The other tensor.</param>
    /// <returns>The tensor.</returns>
    public static Tensor ZerosLike(Tensor like) => MakeLike(BasicOperators.ZerosLike, like);

    /// <summary>Ones of another tensor's shape, element type and device.</summary>
    /// <param name="like">The other tensor.</param>
    /// <returns>The tensor.</returns>
    public static Tensor OnesLike(Tensor like) => MakeLike(BasicOperators.OnesLike, like);

    /// <summary>Memory of another tensor's shape, element type and device, with any content.</summary>
    /// <param name="like">The other tensor.</param>
    /// <returns>The tensor.</returns>
    public static Tensor EmptyLike(Tensor like) => MakeLike(BasicOperators.EmptyLike, like);

    /// <summary>Independent numbers from the standard normal distribution.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="generator">Where randomness comes from; <see cref="TorchGenerator.Default"/> if null.</param>
    /// <returns>A Float32 tensor on the CPU.</returns>
    public static Tensor Randn(ReadOnlySpan<long> shape, TorchGenerator? generator = null) =>
        MakeRandom(BasicOperators.Randn, shape, generator);

    /// <summary>Independent numbers, uniform between 0 (inclusive) and 1 (exclusive).</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="generator">Where randomness comes from; <see cref="TorchGenerator.Default"/> if null.</param>
    /// <returns>A Float32 tensor on the CPU.</returns>
    public static Tensor Rand(ReadOnlySpan<long> shape, TorchGenerator? generator = null) =>
        MakeRandom(BasicOperators.Rand, shape, generator);

    // Null where the system does not map the file.
    internal static unsafe Tensor? OnFile(SafeFileHandle file, long offset, ReadOnlySpan<long> shape, DType dtype)
    {
        var held = false;
        nint handle;
        try
        {
            file.DangerousAddRef(ref held);
            fixed (long* sizes = shape)
            {
                NativeMethods.Check(
                    NativeMethods.TensorMap((int)file.DangerousGetHandle(), offset, sizes, shape.Length, DTypes.ToNative(dtype), &handle));
            }
        }
        finally
        {
            if (held)
            {
                file.DangerousRelease();
            }
        }

        return handle == 0 ? null : new Tensor(handle);
    }

    private static Tensor Make(OperatorHandle op, ReadOnlySpan<long> shape, DType dtype, Device? device)
    {
        var call = new OperatorCall(op, stackalloc NativeArgument[5]);
        call.Integers(shape);
        Options(ref call, dtype, device);
        return call.ReturnTensor();
    }

    private static Tensor MakeLike(OperatorHandle op, Tensor like)
    {
        var call = new OperatorCall(op, stackalloc NativeArgument[6]);
        call.Tensor(like);
        call.None();
        call.None();
        call.None();
        call.None();
        call.None();
        return call.ReturnTensor();
    }

    private static Tensor MakeRandom(OperatorHandle op, ReadOnlySpan<long> shape, TorchGenerator? generator)
    {
        var call = new OperatorCall(op, stackalloc NativeArgument[6]);
        call.Integers(shape);
        call.OptionalGenerator(generator);
        Options(ref call, DType.Float32, null);
        return call.ReturnTensor();
    }

    // dtype, layout, device, pin_memory: the four that every factory of libtorch ends with.
    private static void Options(ref OperatorCall call, DType dtype, Device? device)
    {
        call.DType(dtype);
        call.None();
        call.OptionalDevice(device);
        call.None();
    }
}
