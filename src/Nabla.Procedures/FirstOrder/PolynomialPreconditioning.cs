using MathNet.Numerics.LinearAlgebra;
using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>A gradient method whose gradient is multiplied by a polynomial of the problem's matrix.</summary>
/// <remarks>
/// <para>Update: x = x - (1/M) P_τ(B) ∇f(x), P_τ = Σ_i (-1)^i σ_{τ-i} B^i, σ_k the elementary symmetric polynomials of
/// the eigenvalues, got from the traces of powers of B by Newton's identities; or x = x + d, d the minimum of
/// ∇f·d + M d'B d / 2 over the span of ∇f, B ∇f, …, B^τ ∇f. M is halved before each step and doubled until
/// f falls by as much as the model promises.</para>
/// <para>Needs: values, gradients, τ products with B a step, and once τ times as many products as dimensions for the
/// traces. No spectrum is computed. The traces of high powers say little about small eigenvalues: beyond degree 5 or so
/// the symmetric polynomial loses digits, and the Krylov one does not.</para>
/// <para>Choose it: when a few eigenvalues of B are far above the rest; not when the spectrum has no gaps.</para>
/// </remarks>
/// <param name="options">Degree, polynomial and smoothness.</param>
[Method(
    "polynomial-preconditioning",
    Family.FirstOrder,
    Paper = "arXiv:2301.13194",
    Title = "Polynomial Preconditioning for Gradient Methods")]
[Departs("P is scaled so that its first coefficient is 1; M is searched for, so that the scale does not matter.")]
[Departs("The accelerated variant of the paper is not offered.")]
[Departs("Traces of powers are got from products with unit vectors, which is exact and costs as many products as there are dimensions.")]
[Departs("How M is searched for (halved before each step, doubled until the model's promise is kept) is our choice; the paper's listing could not be consulted.")]
public sealed class PolynomialPreconditioning(PolynomialPreconditioningOptions options)
    : ICataloguedMethod<PolynomialPreconditioningOptions>
{
    // 2^±100 in M: beyond it, rounding hides any descent.
    private const int Doublings = 100;
    private const double Blind = 1e-13;

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "k * sigma[k] = sum over i = 1 .. k of (-1)^(i-1) * sigma[k-i] * trace(B^i),  sigma[0] = 1",
        "P = sum over i = 0 .. order of (-1)^i * sigma[order-i] / sigma[order] * B^i",
        "symmetric: d = -P * grad f(x) / M",
        "krylov: d = argmin of <grad f(x), d> + M * d' * B * d / 2 over span of grad, B * grad, .., B^order * grad",
        "M is doubled until f(x + d) <= f(x) + <grad f(x), d> / 2",
        "x[t+1] = x[t] + d",
    ];

    /// <summary>Minimizes the function.</summary>
    /// <param name="problem">The function and its matrix.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="stop">When to end; the tolerance is held against the norm of the gradient.</param>
    /// <param name="observer">Is told after each iteration; null: nobody.</param>
    /// <returns>The last point, its value and the counts.</returns>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public ProcedureResult Minimize(
        IScaledObjective problem, ReadOnlySpan<double> start, StoppingRule stop, ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options.ThrowIfInvalid();
        var n = problem.Dimension;
        var x = ProcedureRun.StartOf(start, n);
        var run = new ProcedureRun(stop, observer, "Check that the problem's values and gradients agree.");
        var coefficients = options.Polynomial == PolynomialKind.Symmetric ? Coefficients(problem, run) : [];
        double[] gradient = new double[n], move = new double[n], trial = new double[n];
        var value = problem.Value(x);
        problem.Gradient(x, gradient);
        run.Count(values: 1, gradients: 1);
        var m = options.Smoothness;
        while (run.Goes(x, VectorMath.Norm(gradient)))
        {
            // The move for M = 1; that for another M is a multiple.
            if (options.Polynomial == PolynomialKind.Symmetric)
            {
                Multiply(problem, coefficients, gradient, move, run);
            }
            else
            {
                MinimizeModel(problem, gradient, move, run);
            }

            var slope = VectorMath.Dot(gradient, move);
            // Where rounding hides what the model promises, values say nothing: the last M that was tested stays.
            var isBlind = slope / (2 * m) <= Blind * Math.Abs(value);
            m = isBlind ? m : m / 2;
            var next = value;
            var isFound = false;
            for (var doubling = 0; doubling < Doublings && slope > 0 && !isFound; doubling++)
            {
                x.CopyTo(trial, 0);
                VectorMath.Add(trial, -1 / m, move);
                next = problem.Value(trial);
                run.Count(values: 1);
                isFound = isBlind || next <= value - (slope / (2 * m));
                m = isFound ? m : 2 * m;
            }

            if (!isFound)
            {
                run.Stall();
                break;
            }

            trial.CopyTo(x, 0);
            value = next;
            problem.Gradient(x, gradient);
            run.Count(gradients: 1);
        }

        return run.Result(x, value, VectorMath.Norm(gradient));
    }

    // (-1)^i σ[τ-i] / σ[τ] for B divided by its trace, with the powers of the trace put back.
    private double[] Coefficients(IScaledObjective problem, ProcedureRun run)
    {
        var traces = Traces(problem, run);
        // Divided by the trace, the eigenvalues add up to 1 and no power overflows.
        var sum = options.Order == 0 ? 1 : traces[1];
        var sigma = new double[options.Order + 1];
        sigma[0] = 1;
        for (var k = 1; k <= options.Order; k++)
        {
            for (var i = 1; i <= k; i++)
            {
                sigma[k] += (i % 2 == 1 ? 1 : -1) * sigma[k - i] * traces[i] / Math.Pow(sum, i) / k;
            }
        }

        if (!(sigma[^1] > 1e-14))
        {
            throw new OptionException(
                $"Order was {options.Order}; the problem's matrix has so few eigenvalues away from 0 that this polynomial vanishes. "
                + "Set PolynomialPreconditioningOptions.Order below the rank.",
                nameof(options.Order),
                options.Order);
        }

        return
        [
            .. Enumerable.Range(0, options.Order + 1)
                .Select(i => (i % 2 == 0 ? 1 : -1) * sigma[options.Order - i] / sigma[^1] / Math.Pow(sum, i)),
        ];
    }

    private double[] Traces(IScaledObjective problem, ProcedureRun run)
    {
        var traces = new double[options.Order + 1];
        double[] power = new double[problem.Dimension], next = new double[problem.Dimension];
        for (var j = 0; j < problem.Dimension && options.Order > 0; j++)
        {
            Array.Clear(power);
            power[j] = 1;
            for (var i = 1; i <= options.Order; i++)
            {
                problem.Scale(power, next);
                run.Count(products: 1);
                (power, next) = (next, power);
                traces[i] += power[j];
            }
        }

        return traces;
    }

    // Horner's scheme: result = (c0 + B (c1 + B (c2 + …))) gradient.
    private static void Multiply(
        IScaledObjective problem, double[] coefficients, double[] gradient, double[] result, ProcedureRun run)
    {
        var scaled = new double[gradient.Length];
        Array.Clear(result);
        VectorMath.Add(result, coefficients[^1], gradient);
        for (var i = coefficients.Length - 2; i >= 0; i--)
        {
            problem.Scale(result, scaled);
            run.Count(products: 1);
            scaled.CopyTo(result, 0);
            VectorMath.Add(result, coefficients[i], gradient);
        }
    }

    // Minus the minimum of the model with M = 1, over an orthonormal basis of the Krylov subspace.
    private void MinimizeModel(IScaledObjective problem, double[] gradient, double[] result, ProcedureRun run)
    {
        var basis = new List<double[]>();
        var images = new List<double[]>();
        double[] next = [.. gradient];
        while (basis.Count <= options.Order)
        {
            var before = VectorMath.Norm(next);
            // Twice is enough: a second pass removes what rounding left of the first.
            for (var pass = 0; pass < 2; pass++)
            {
                foreach (var q in basis)
                {
                    VectorMath.Add(next, -VectorMath.Dot(next, q), q);
                }
            }

            var norm = VectorMath.Norm(next);
            if (!(norm > 1e-10 * before))
            {
                break;
            }

            double[] unit = [.. next.Select(v => v / norm)];
            var image = new double[unit.Length];
            problem.Scale(unit, image);
            run.Count(products: 1);
            basis.Add(unit);
            images.Add(image);
            next = [.. image];
        }

        var k = basis.Count;
        var model = Matrix<double>.Build.Dense(
            k, k, (i, j) => (VectorMath.Dot(basis[i], images[j]) + VectorMath.Dot(basis[j], images[i])) / 2);
        var right = Vector<double>.Build.Dense(k, i => VectorMath.Dot(basis[i], gradient));
        var weights = VectorMath.SolvePositive(model, right);
        Array.Clear(result);
        for (var i = 0; i < k; i++)
        {
            VectorMath.Add(result, weights[i], basis[i]);
        }
    }
}
