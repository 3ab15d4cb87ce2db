namespace Nabla.Core;

/// <summary>A function that gives products with matrices that stand for its second derivative.</summary>
public interface IModelledCurvature : IObjective
{
    /// <summary>Whether a matrix is given.</summary>
    /// <param name="model">The matrix; <see cref="CurvatureModel.Exact"/> belongs to <see cref="ICurvedObjective"/>.</param>
    bool Models(CurvatureModel model);

    /// <summary>A matrix at a point applied to a vector: H v.</summary>
    /// <param name="model">One for which <see cref="Models"/> says yes.</param>
    /// <param name="point"><see cref="IObjective.Dimension"/> numbers.</param>
    /// <param name="vector">v: <see cref="IObjective.Dimension"/> numbers.</param>
    /// <param name="product">Overwritten with <see cref="IObjective.Dimension"/> numbers.</param>
    /// <exception cref="NotSupportedException">The matrix is not given.</exception>
    void ModelTimes(CurvatureModel model, ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product);
}
