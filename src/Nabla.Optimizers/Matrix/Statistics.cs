using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Matrix;

/// <summary>The discounted sums that Leon and Pion keep, oriented so that rows are the smaller side.</summary>
internal static class Statistics
{
    /// <summary>The state of both: the sums, and with midpoints the iterate.</summary>
    public static IReadOnlyList<StateTensor> States(ReadOnlySpan<long> shape, bool midpoint)
    {
        var (rows, columns) = MatrixShape.Of(shape);
        var side = Math.Min(rows, columns);
        List<StateTensor> states = [new("sum", side, Math.Max(rows, columns)), new("squares", side, side)];
        if (midpoint)
        {
            states.Add(new(Midpoint.StateName, shape.ToArray()));
        }

        return states;
    }

    /// <summary>sum ← β1 sum + G; squares ← β2 squares + GGᵀ.</summary>
    public static (Tensor Sum, Tensor Squares, bool IsTall) Accumulate(
        Tensor gradient, TensorStates states, double beta1, double beta2, bool maximize)
    {
        var view = MatrixShape.View(gradient);
        var isTall = view.Shape[0] > view.Shape[1];
        var g = isTall ? view.T() : view;
        var sum = states["sum"].Mul_(beta1).Add_(g, maximize ? -1 : 1);
        var squares = states["squares"].Addmm_(g, g.T(), beta2, 1);
        return (sum, squares, isTall);
    }

    /// <summary>squares + (bound² + ridge · mean eigenvalue) I.</summary>
    public static Tensor Ridged(Tensor squares, double ridge, double bound)
    {
        var side = squares.Shape[0];
        var added = (squares.Trace() * (ridge / side)) + (bound * bound);
        return squares + (Ops.Eye(side, squares.DType, squares.Device) * added);
    }
}
