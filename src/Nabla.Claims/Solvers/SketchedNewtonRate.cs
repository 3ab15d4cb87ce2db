using Nabla.Core;
using Nabla.Problems.Solving;
using Nabla.Procedures.Solvers;

namespace Nabla.Claims.Solvers;

/// <summary>Residuals and step lengths of the sketched Newton method on constrained logistic regression.</summary>
[Claim(
    "sketch-newton-al/linear-with-unit-steps",
    Says = "On equality-constrained logistic regression, sketched inexact Newton with augmented-Lagrangian line search drives the KKT residual down linearly, with unit steps near the solution.",
    Source = "arXiv:2305.18379, abstract and experiments; the data are drawn",
    Seconds = 2)]
internal sealed class SketchedNewtonRate : Claim<(SketchNewtonAlOptions Options, double Curvature)>
{
    // The allowed residual of a Newton system is a tenth: what a step leaves is that and a second-order rest.
    private const double Rate = 0.25;
    private const double Near = 1e-2;
    private const double Target = 1e-9;

    /// <inheritdoc/>
    protected override (SketchNewtonAlOptions Options, double Curvature) Method => (new(), 1);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, (SketchNewtonAlOptions Options, double Curvature)> Defects { get; } =
        new Dictionary<string, (SketchNewtonAlOptions Options, double Curvature)>
        {
            ["hardly-any-sketches"] = (new() { SketchSteps = 20 }, 1),
            ["curvature-of-constraints-negated"] = (new(), -1),
            ["curvature-everywhere-raised"] = (new(), double.NaN),
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine((SketchNewtonAlOptions Options, double Curvature) subject, ClaimContext context)
    {
        double worst = 0, least = 1;
        long most = 0, sketches = 0;
        for (var draw = 0; draw < (context.Full ? 20 : 2); draw++)
        {
            foreach (var kind in new[] { SketchKind.Gaussian, SketchKind.Kaczmarz })
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var problem = ConstrainedProblems.DrawLogistic(12, 4, context.Seed.Derive($"data {draw}"));
                var found = new SketchNewtonAl(subject.Options with { Sketch = kind }).Minimize(
                    new Changed(problem.Objective, subject.Curvature),
                    [.. problem.Start],
                    new() { Iterations = 60, Tolerance = Target },
                    context.Seed.Derive($"{kind} {draw}"));
                var near = found.Steps.SkipWhile(s => s.Residual > Near).ToArray();
                var rate = found.Result.Norm <= Target && near.Length > 1
                    ? Math.Pow(near[^1].Residual / near[0].Residual, 1.0 / (near.Length - 1))
                    : 1;
                (worst, most) = (Math.Max(worst, rate), Math.Max(most, found.Result.Iterations));
                sketches += found.Steps.Sum(s => s.SketchSteps);
                least = near.Length > 1 ? Math.Min(least, near.Skip(1).Min(s => s.StepLength)) : 0;
            }
        }

        return ClaimOutcome.Of(
            worst <= Rate && least == 1,
            ("slowest_rate_a_step", worst),
            ("limit", Rate),
            ("shortest_step_near_the_solution", least),
            ("most_steps", most),
            ("sketches", sketches));
    }

    /// <summary>The problem with a changed curvature of its constraints, or with a shift of all curvature where the factor is not a number.</summary>
    private sealed class Changed(IConstrainedObjective inner, double factor) : IConstrainedObjective
    {
        public int Dimension => inner.Dimension;

        public int Constraints => inner.Constraints;

        public double Value(ReadOnlySpan<double> point) => inner.Value(point);

        public void Gradient(ReadOnlySpan<double> point, Span<double> gradient) => inner.Gradient(point, gradient);

        public void HessianTimes(ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product) =>
            inner.HessianTimes(point, vector, product);

        public void Constrain(ReadOnlySpan<double> point, Span<double> values) => inner.Constrain(point, values);

        public void Jacobian(ReadOnlySpan<double> point, Span<double> jacobian) => inner.Jacobian(point, jacobian);

        public void ConstraintCurvatureTimes(
            ReadOnlySpan<double> point, ReadOnlySpan<double> multipliers, ReadOnlySpan<double> vector, Span<double> product)
        {
            inner.ConstraintCurvatureTimes(point, multipliers, vector, product);
            for (var i = 0; i < product.Length; i++)
            {
                product[i] = double.IsNaN(factor) ? product[i] + (3 * vector[i]) : factor * product[i];
            }
        }
    }
}
