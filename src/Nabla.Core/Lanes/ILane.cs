namespace Nabla.Core;

/// <summary>
/// A number type that the equations of an element-wise method are written over. The same body runs on one double, one
/// float, a vector of floats, a whole tensor, or on symbols that print the equations.
/// </summary>
/// <remarks>
/// All float lanes give the same bits: each operation is rounded on its own, none is fused with another.
/// </remarks>
/// <typeparam name="TSelf">The lane itself.</typeparam>
public interface ILane<TSelf>
    where TSelf : struct, ILane<TSelf>
{
    /// <summary>Sum.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>Difference.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>Product.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>Quotient.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>Opposite.</summary>
    static abstract TSelf operator -(TSelf value);

    /// <summary>The same number in every element.</summary>
    static abstract TSelf FromDouble(double value);

    /// <summary>Square root, correctly rounded.</summary>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>
    /// The exponential. Float lanes give it to two units in the last place and keep it between the least and the greatest
    /// normal number, so that it never is zero or infinite.
    /// </summary>
    static abstract TSelf Exp(TSelf value);

    /// <summary>The smaller; not a number if either is not.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);

    /// <summary>The greater; not a number if either is not.</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>The absolute value.</summary>
    static abstract TSelf Abs(TSelf value);

    /// <summary>-1, 0 or 1; 0 for what is not a number.</summary>
    static abstract TSelf Sign(TSelf value);

    /// <summary>A mask for <see cref="Select"/>: where left is less than right.</summary>
    static abstract TSelf LessThan(TSelf left, TSelf right);

    /// <summary>A mask for <see cref="Select"/>: where left is greater than right.</summary>
    static abstract TSelf GreaterThan(TSelf left, TSelf right);

    /// <summary>Elements of <paramref name="yes"/> where the mask holds, of <paramref name="no"/> elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf yes, TSelf no);

    /// <summary>The value itself; gives it the name it has in the paper when equations are printed.</summary>
    static abstract TSelf Named(TSelf value, string name);
}
