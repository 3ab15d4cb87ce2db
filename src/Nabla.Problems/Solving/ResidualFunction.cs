using Nabla.Core;

namespace Nabla.Problems.Solving;

/// <summary>A sum of squares of residuals, not halved and not divided.</summary>
/// <param name="dimension">How many numbers it takes.</param>
internal abstract class ResidualFunction(int dimension) : SmoothFunction, IModelledCurvature
{
    public sealed override int Dimension { get; } = dimension;

    public bool Models(CurvatureModel model) => model == CurvatureModel.GaussNewton;

    /// <inheritdoc/>
    /// <remarks>2 J'J v, J the derivatives of the residuals.</remarks>
    public void ModelTimes(CurvatureModel model, ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product)
    {
        if (!Models(model))
        {
            throw new NotSupportedException($"A sum of squares gives no {model} matrix here. Ask for {CurvatureModel.GaussNewton}.");
        }

        Dual[] moved = new Dual[point.Length], sums = new Dual[point.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            moved[i] = new Dual(point[i], vector[i]);
        }

        var sum = new ResidualSum<Dual>(sums, isLinear: true);
        Add<Dual>(moved, ref sum);
        for (var i = 0; i < moved.Length; i++)
        {
            product[i] = sums[i].Number;
        }
    }

    private protected sealed override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        var sum = new ResidualSum<T>(gradient);
        Add(x, ref sum);
        return sum.Value;
    }

    /// <summary>Adds every residual with its derivatives.</summary>
    private protected abstract void Add<T>(ReadOnlySpan<T> x, ref ResidualSum<T> sum)
        where T : struct, IReal<T>;
}
