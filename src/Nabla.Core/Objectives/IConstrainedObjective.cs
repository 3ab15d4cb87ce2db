namespace Nabla.Core;

/// <summary>A smooth function to minimize where smooth constraints c(x) = 0 hold.</summary>
public interface IConstrainedObjective : ICurvedObjective
{
    /// <summary>How many constraints there are; from 1 to <see cref="IObjective.Dimension"/>.</summary>
    int Constraints { get; }

    /// <summary>The values of the constraints at a point.</summary>
    /// <param name="point"><see cref="IObjective.Dimension"/> numbers.</param>
    /// <param name="values">Overwritten with <see cref="Constraints"/> numbers.</param>
    void Constrain(ReadOnlySpan<double> point, Span<double> values);

    /// <summary>The gradients of the constraints at a point.</summary>
    /// <param name="point"><see cref="IObjective.Dimension"/> numbers.</param>
    /// <param name="jacobian">Overwritten row by row: <see cref="Constraints"/> × <see cref="IObjective.Dimension"/> numbers.</param>
    void Jacobian(ReadOnlySpan<double> point, Span<double> jacobian);

    /// <summary>The second derivative of a weighted sum of the constraints applied to a vector: Σ λ_i ∇²c_i v.</summary>
    /// <param name="point"><see cref="IObjective.Dimension"/> numbers.</param>
    /// <param name="multipliers">λ: <see cref="Constraints"/> numbers.</param>
    /// <param name="vector">v: <see cref="IObjective.Dimension"/> numbers.</param>
    /// <param name="product">Overwritten with <see cref="IObjective.Dimension"/> numbers.</param>
    void ConstraintCurvatureTimes(
        ReadOnlySpan<double> point, ReadOnlySpan<double> multipliers, ReadOnlySpan<double> vector, Span<double> product);
}
