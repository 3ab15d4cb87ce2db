namespace Nabla.Engine;

public sealed partial class Tensor
{
    /// <summary>The address of the first element, on the tensor's device; 0 if there is none.</summary>
    public nint DataPointer => Information(Handle).Data;

    /// <summary>The elements in place, for reading and writing. The span is valid while the tensor lives.</summary>
    /// <typeparam name="T">The C# type of the elements; ushort for the bits of BFloat16 and Float16.</typeparam>
    /// <returns>All elements in row-major order.</returns>
    /// <exception cref="InvalidOperationException">The tensor is not on the CPU, is not contiguous or has elements of
    /// another type.</exception>
    public unsafe Span<T> AsSpan<T>()
        where T : unmanaged
    {
        ThrowIfStoredOtherwise<T>();
        if (Device.Kind != DeviceKind.Cpu)
        {
            throw new InvalidOperationException($"The tensor lies on {Device}; AsSpan needs one on the CPU.");
        }

        if (!IsContiguous)
        {
            throw new InvalidOperationException(
                $"The tensor of shape [{string.Join(", ", Shape)}] with strides [{string.Join(", ", Strides)}] is not "
                + "contiguous; AsSpan needs one that is. Use Contiguous() first, or ToArray().");
        }

        return new Span<T>((void*)DataPointer, checked((int)ElementCount));
    }

    /// <summary>A copy of the elements, whatever the layout and the device; nothing is converted.</summary>
    /// <typeparam name="T">The C# type of the elements; ushort for the bits of BFloat16 and Float16.</typeparam>
    /// <returns>All elements in row-major order.</returns>
    /// <exception cref="InvalidOperationException">The elements have another type.</exception>
    public unsafe T[] ToArray<T>()
        where T : unmanaged
    {
        ThrowIfStoredOtherwise<T>();
        var values = new T[checked((int)ElementCount)];
        if (values.Length == 0)
        {
            return values;
        }

        using (GradMode.Disable())
        {
            using Tensor? near = Device.Kind == DeviceKind.Cpu ? null : Convert(this, null, Device.Cpu);
            Tensor source = near ?? this;
            using Tensor? dense = source.IsContiguous ? null : MakeContiguous(source);
            new ReadOnlySpan<T>((void*)(dense ?? source).DataPointer, values.Length).CopyTo(values);
        }

        return values;
    }

    /// <summary>The elements as double precision, whatever their type, layout and device.</summary>
    /// <returns>All elements in row-major order.</returns>
    public double[] ToDoubles()
    {
        if (DType == DType.Float64)
        {
            return ToArray<double>();
        }

        using (GradMode.Disable())
        {
            using Tensor wide = Convert(this, DType.Float64, null);
            return wide.ToArray<double>();
        }
    }

    /// <summary>The value of a tensor with one element.</summary>
    /// <returns>The value, as double precision.</returns>
    /// <exception cref="InvalidOperationException">The tensor has not exactly one element.</exception>
    public double Item()
    {
        if (ElementCount != 1)
        {
            throw new InvalidOperationException(
                $"Item() needs a tensor with one element, but this one has the shape [{string.Join(", ", Shape)}].");
        }

        var call = new OperatorCall(BasicOperators.Item, stackalloc NativeArgument[1]);
        call.Tensor(this);
        return call.ReturnScalar().ToDouble();
    }

    /// <summary>Writes another tensor's values into this one, converting and broadcasting them; no derivative is
    /// recorded.</summary>
    /// <param name="source">The values, of a shape that broadcasts to this tensor's; any type and device.</param>
    /// <exception cref="EngineException">The shapes do not fit.</exception>
    public void CopyFrom(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using (GradMode.Disable())
        {
            CopyInto(this, source);
        }
    }

    /// <summary>Writes one value everywhere; no derivative is recorded.</summary>
    /// <param name="value">The value, converted to the element type.</param>
    public void Fill(double value)
    {
        using (GradMode.Disable())
        {
            var call = new OperatorCall(BasicOperators.Fill, stackalloc NativeArgument[2]);
            call.Tensor(this);
            call.Scalar(value);
            call.ReturnVoid();
        }
    }

    internal static Tensor Convert(Tensor source, DType? dtype, Device? device)
    {
        var call = new OperatorCall(BasicOperators.ToCopy, stackalloc NativeArgument[7]);
        call.Tensor(source);
        call.OptionalDType(dtype);
        call.None();
        call.OptionalDevice(device);
        call.None();
        call.Bool(false);
        call.None();
        return call.ReturnTensor();
    }

    private static Tensor MakeContiguous(Tensor source)
    {
        var call = new OperatorCall(BasicOperators.Contiguous, stackalloc NativeArgument[2]);
        call.Tensor(source);
        call.Integer(0);
        return call.ReturnTensor();
    }

    private static void CopyInto(Tensor target, Tensor source)
    {
        var call = new OperatorCall(BasicOperators.Copy, stackalloc NativeArgument[3]);
        call.Tensor(target);
        call.Tensor(source);
        call.Bool(false);
        call.ReturnVoid();
    }

    private void ThrowIfStoredOtherwise<T>()
        where T : unmanaged
    {
        if (!DType.IsStoredAs<T>())
        {
            throw new InvalidOperationException(
                $"The tensor's elements are {DType}, which the C# type {typeof(T).Name} does not hold; ask for the type "
                + "that DType's documentation names, or convert the tensor first.");
        }
    }
}
