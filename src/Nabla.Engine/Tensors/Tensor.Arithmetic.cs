namespace Nabla.Engine;

public sealed partial class Tensor
{
    /// <summary>Adds, element by element, with broadcasting.</summary>
    /// <param name="left">One summand.</param>
    /// <param name="right">The other, of a shape that broadcasts with the first's.</param>
    /// <returns>The sum.</returns>
    public static Tensor operator +(Tensor left, Tensor right) => WithAlpha(BasicOperators.Add, left, right);

    /// <summary>Adds a number to each element.</summary>
    /// <param name="left">The tensor.</param>
    /// <param name="right">The number.</param>
    /// <returns>The sum.</returns>
    public static Tensor operator +(Tensor left, Scalar right) => WithAlpha(BasicOperators.AddScalar, left, right);

    /// <summary>Adds a number to each element.</summary>
    /// <param name="left">The number.</param>
    /// <param name="right">The tensor.</param>
    /// <returns>The sum.</returns>
    public static Tensor operator +(Scalar left, Tensor right) => WithAlpha(BasicOperators.AddScalar, right, left);

    /// <summary>Subtracts, element by element, with broadcasting.</summary>
    /// <param name="left">What is subtracted from.</param>
    /// <param name="right">What is subtracted, of a shape that broadcasts with the first's.</param>
    /// <returns>The difference.</returns>
    public static Tensor operator -(Tensor left, Tensor right) => WithAlpha(BasicOperators.Sub, left, right);

    /// <summary>Subtracts a number from each element.</summary>
    /// <param name="left">The tensor.</param>
    /// <param name="right">The number.</param>
    /// <returns>The difference.</returns>
    public static Tensor operator -(Tensor left, Scalar right) => WithAlpha(BasicOperators.SubScalar, left, right);

    /// <summary>Subtracts each element from a number.</summary>
    /// <param name="left">The number.</param>
    /// <param name="right">The tensor.</param>
    /// <returns>The difference.</returns>
    public static Tensor operator -(Scalar left, Tensor right) => WithAlpha(BasicOperators.RSubScalar, right, left);

    /// <summary>Changes the sign of each element.</summary>
    /// <param name="value">The tensor.</param>
    /// <returns>Its negative.</returns>
    public static Tensor operator -(Tensor value)
    {
        var call = new OperatorCall(BasicOperators.Neg, stackalloc NativeArgument[1]);
        call.Tensor(value);
        return call.ReturnTensor();
    }

    /// <summary>Multiplies, element by element, with broadcasting.</summary>
    /// <param name="left">One factor.</param>
    /// <param name="right">The other, of a shape that broadcasts with the first's.</param>
    /// <returns>The product.</returns>
    public static Tensor operator *(Tensor left, Tensor right) => Binary(BasicOperators.Mul, left, right);

    /// <summary>Multiplies each element by a number.</summary>
    /// <param name="left">The tensor.</param>
    /// <param name="right">The number.</param>
    /// <returns>The product.</returns>
    public static Tensor operator *(Tensor left, Scalar right) => Binary(BasicOperators.MulScalar, left, right);

    /// <summary>Multiplies each element by a number.</summary>
    /// <param name="left">The number.</param>
    /// <param name="right">The tensor.</param>
    /// <returns>The product.</returns>
    public static Tensor operator *(Scalar left, Tensor right) => Binary(BasicOperators.MulScalar, right, left);

    /// <summary>Divides, element by element, with broadcasting; integers too give floating-point numbers.</summary>
    /// <param name="left">The dividend.</param>
    /// <param name="right">The divisor, of a shape that broadcasts with the first's.</param>
    /// <returns>The quotient.</returns>
    public static Tensor operator /(Tensor left, Tensor right) => Binary(BasicOperators.Div, left, right);

    /// <summary>Divides each element by a number.</summary>
    /// <param name="left">The tensor.</param>
    /// <param name="right">The number.</param>
    /// <returns>The quotient.</returns>
    public static Tensor operator /(Tensor left, Scalar right) => Binary(BasicOperators.DivScalar, left, right);

    /// <summary>Divides a number by each element.</summary>
    /// <param name="left">The number, rounded to the tensor's element type (Float32 for integers).</param>
    /// <param name="right">The tensor.</param>
    /// <returns>The quotient.</returns>
    public static Tensor operator /(Scalar left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(right);
        DType dtype = right.DType.IsFloatingPoint() ? right.DType : DType.Float32;
        using Tensor dividend = Full([], left.ToDouble(), dtype, right.Device);
        return Binary(BasicOperators.Div, dividend, right);
    }

    private static Tensor WithAlpha(OperatorHandle op, Tensor left, Tensor right)
    {
        var call = new OperatorCall(op, stackalloc NativeArgument[3]);
        call.Tensor(left);
        call.Tensor(right);
        call.Integer(1);
        return call.ReturnTensor();
    }

    private static Tensor WithAlpha(OperatorHandle op, Tensor left, Scalar right)
    {
        var call = new OperatorCall(op, stackalloc NativeArgument[3]);
        call.Tensor(left);
        call.Scalar(right);
        call.Integer(1);
        return call.ReturnTensor();
    }

    private static Tensor Binary(OperatorHandle op, Tensor left, Tensor right)
    {
        var call = new OperatorCall(op, stackalloc NativeArgument[2]);
        call.Tensor(left);
        call.Tensor(right);
        return call.ReturnTensor();
    }

    private static Tensor Binary(OperatorHandle op, Tensor left, Scalar right)
    {
        var call = new OperatorCall(op, stackalloc NativeArgument[2]);
        call.Tensor(left);
        call.Scalar(right);
        return call.ReturnTensor();
    }
}
