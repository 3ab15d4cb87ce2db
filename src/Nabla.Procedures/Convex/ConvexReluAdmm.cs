using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Convex;

/// <summary>Trains a network with one hidden layer of rectified units to its global minimum by a convex program.</summary>
/// <remarks>
/// <para>Update: over all ways D_i in which units can let rows through, weights v_i and w_i are sought, which must keep to their
/// pattern. ADMM copies them: u by a linear system, v shrunk as groups, s cut at zero, then the multipliers.</para>
/// <para>Needs: all rows at once; an iteration costs patterns times rows times features. All patterns are many: some 2
/// rows^rank. Drawn patterns give an upper bound that is close in practice.</para>
/// <para>Choose it: for small data, where the answer must not depend on a start; not for images or many thousand rows.</para>
/// </remarks>
/// <param name="options">Loss, penalty of weights, patterns and penalty of ADMM.</param>
[Method(
    "convex-relu-admm",
    Family.Convex,
    Paper = "arXiv:2201.01965",
    Title = "Efficient Global Optimization of Two-layer ReLU Networks: Quadratic-time Algorithms and Adversarial Training")]
[Departs("The paper's whole text was not at hand: the steps are those of its Algorithm 3.1 as public code reproduces it.")]
[Departs("The linear system is solved through a matrix of the size of the rows, since (2D - I)X times its transpose is the same for every pattern: the same step at a cost linear in the patterns, where the paper's is quadratic.")]
[Departs("For the hinge and logistic losses the outputs are copied too, so that the linear step stays closed; the paper takes block gradient steps there.")]
[Departs("It ends by how far an iteration moved; the paper makes a fixed number of iterations.")]
public sealed class ConvexReluAdmm(ConvexReluOptions options) : ICataloguedMethod<ConvexReluOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "min loss(sum of D_i X (v_i - w_i), y) + beta * sum of (|v_i| + |w_i|), (2 D_i - I) X v_i >= 0, (2 D_i - I) X w_i >= 0",
        "F = [D_1 X .. D_P X, -D_1 X .. -D_P X];  G = diag((2 D_i - I) X), twice",
        "(I + F'F / rho + G'G) u[t+1] = F'y / rho + v[t] - lambda[t] + G'(s[t] - nu[t])",
        "v_i[t+1] = max(0, 1 - beta / (rho * |u_i[t+1] + lambda_i[t]|)) * (u_i[t+1] + lambda_i[t])",
        "s[t+1] = max(0, G u[t+1] + nu[t])",
        "lambda[t+1] = lambda[t] + dualStep * (u[t+1] - v[t+1]);  nu[t+1] = nu[t] + dualStep * (G u[t+1] - s[t+1])",
        "hidden unit: v_i / sqrt(|v_i|), output weight sqrt(|v_i|), for w_i its negative",
    ];

    /// <summary>Trains a network.</summary>
    /// <param name="rows">Features and labels; labels are -1 and 1 but for the squared loss.</param>
    /// <param name="seed">Fixes drawn patterns and a drawn start.</param>
    /// <param name="stop">When to end; the tolerance is held against how far an iteration moved, as a share of the size (at least 1).</param>
    /// <param name="observer">Is told of v, then w, after each iteration; null: nobody.</param>
    /// <returns>The network, its loss and the ending.</returns>
    /// <exception cref="ArgumentException">The rows have labels that the loss does not take, no features, or too many patterns.</exception>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public ConvexReluResult Train(LabelledRows rows, Seed seed, StoppingRule stop, ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        options.ThrowIfInvalid();
        var patterns = ConvexReluRun.PatternsOf(rows, options.Patterns, options.Intercept, seed);
        var program = new ReluProgram(rows, patterns, options.Loss, options.Beta, 0, options.Intercept);
        return ConvexReluRun.Train(
            program,
            options.Patterns == 0,
            options.Rho,
            options.DualStep,
            admm => admm.Start(options.StartScale, seed.Derive("start")),
            stop,
            observer);
    }
}
