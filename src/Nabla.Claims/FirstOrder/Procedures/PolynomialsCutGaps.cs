using Nabla.Core;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Claims.FirstOrder.Procedures;

/// <summary>Each degree of the polynomial takes one eigenvalue far above the rest away.</summary>
[Claim(
    "polynomial-preconditioning/spectral-gaps",
    Says = "With large gaps between the top eigenvalues, the preconditioned gradient method needs fewer iterations than the gradient method, without the spectrum being computed.",
    Source = "arXiv:2301.13194, abstract",
    Seconds = 1)]
internal sealed class PolynomialsCutGaps : Claim<Func<PolynomialPreconditioningOptions, LinearModelLoss, ProcedureResult>>
{
    private static readonly double[] s_start = new double[7];

    /// <inheritdoc/>
    protected override Func<PolynomialPreconditioningOptions, LinearModelLoss, ProcedureResult> Method =>
        (options, problem) => Run(options, problem);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<PolynomialPreconditioningOptions, LinearModelLoss, ProcedureResult>> Defects { get; } =
        new Dictionary<string, Func<PolynomialPreconditioningOptions, LinearModelLoss, ProcedureResult>>
        {
            ["degree-ignored"] = (options, problem) => Run(options with { Order = 0 }, problem),
            ["another-matrix"] = (options, problem) => Run(options, new Reversed(problem)),
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(
        Func<PolynomialPreconditioningOptions, LinearModelLoss, ProcedureResult> subject, ClaimContext context)
    {
        var count = context.Full ? 2000 : 200;
        // Two directions stand far above the rest, so each of the first two degrees should help.
        double[] deviations = [12, 3.5, .. Enumerable.Repeat(1.0, 5)];
        var data = SyntheticData.Draw(context.Seed.Derive("data"), count, deviations, 1);
        var problem = new LinearModelLoss(data.Rows, data.Labels, LossKind.Logistic, 1e-3);
        var iterations = new double[3];
        for (var order = 0; order < iterations.Length; order++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            iterations[order] = subject(new() { Order = order }, problem).Iterations;
        }

        var krylov = subject(new() { Order = 2, Polynomial = PolynomialKind.Krylov }, problem);
        return ClaimOutcome.Of(
            iterations[1] < iterations[0] / 2 && iterations[2] < iterations[1] / 2 && krylov.Iterations < iterations[0] / 2,
            ("iterations_degree_0", iterations[0]),
            ("iterations_degree_1", iterations[1]),
            ("iterations_degree_2", iterations[2]),
            ("iterations_krylov_2", krylov.Iterations),
            ("gradient_norm_krylov_2", krylov.Norm));
    }

    private static ProcedureResult Run(PolynomialPreconditioningOptions options, IScaledObjective problem) =>
        new PolynomialPreconditioning(options).Minimize(problem, s_start, new() { Iterations = 3000, Tolerance = 1e-4 });

    // The same function, said to have the matrix whose coordinates are in the opposite order.
    private sealed class Reversed(LinearModelLoss problem) : IScaledObjective
    {
        public int Dimension => problem.Dimension;

        public double Value(ReadOnlySpan<double> point) => problem.Value(point);

        public void Gradient(ReadOnlySpan<double> point, Span<double> gradient) => problem.Gradient(point, gradient);

        public void Scale(ReadOnlySpan<double> vector, Span<double> result)
        {
            var turned = vector.ToArray();
            Array.Reverse(turned);
            problem.Scale(turned, result);
            result.Reverse();
        }
    }
}
