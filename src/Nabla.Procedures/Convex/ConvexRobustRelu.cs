using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Convex;

/// <summary>Trains a network with one hidden layer of rectified units against moved features by a convex program.</summary>
/// <remarks>
/// <para>Update: the weights of each activation pattern must keep to it wherever the features are moved to within ε, so that the
/// worst output of each row is known: a convex program, solved by ADMM.</para>
/// <para>Needs: all rows at once, patterns drawn with normal directions or all of them.</para>
/// <para>Choose it: for small data and a certified loss under attack. A radius near the distance between rows of different
/// patterns leaves nothing but linear units: then the certificate costs accuracy.</para>
/// </remarks>
/// <param name="options">Radius, loss, penalty of weights and patterns.</param>
[Method(
    "convex-robust-relu",
    Family.Convex,
    Paper = "arXiv:2105.12237",
    Title = "Practical Convex Formulation of Robust One-hidden-layer Neural Network Training")]
[Departs("The paper's whole text was not at hand: the robust program is derived from its abstract, and exact wherever units keep to their patterns.")]
[Departs("Solved by ADMM with copies of reaches and outputs; the paper hands the program to a general convex solver.")]
[Departs("Patterns are those of the rows as they are. The paper also draws patterns of moved rows; those that are no patterns of the rows themselves leave only zero weights.")]
[Departs("The logistic loss is Nabla's addition: outputs at their worst are known for any loss that falls with the margin.")]
public sealed class ConvexRobustRelu(ConvexRobustReluOptions options) : ICataloguedMethod<ConvexRobustReluOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "D_i = diag(X a_i >= 0), a_i ~ N(0, I), different ones",
        "(2 D_i - I) X v_i >= radius * |v_i|_1,  (2 D_i - I) X w_i >= radius * |w_i|_1",
        "t_k = x_k' sum of d_ik (v_i - w_i);  r_k = radius * |sum of d_ik (v_i - w_i)|_1",
        "squared: sum of (|t_k - y_k| + r_k)^2 / 2;  hinge: mean of max(0, 1 - y_k t_k + r_k);  logistic: mean of log(1 + exp(r_k - y_k t_k))",
        "min loss + beta * sum of (|v_i| + |w_i|)",
        "hidden unit: v_i / sqrt(|v_i|), output weight sqrt(|v_i|), for w_i its negative",
    ];

    /// <summary>Trains a network.</summary>
    /// <param name="rows">Features and labels; labels are -1 and 1 but for the squared loss.</param>
    /// <param name="seed">Fixes drawn patterns.</param>
    /// <param name="stop">When to end; the tolerance is held against how far an iteration moved, as a share of the size (at least 1).</param>
    /// <param name="observer">Is told of v, then w, after each iteration; null: nobody.</param>
    /// <returns>The network, its worst loss within the radius and the ending.</returns>
    /// <exception cref="ArgumentException">The rows have labels that the loss does not take, no features, or too many patterns.</exception>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public ConvexReluResult Train(LabelledRows rows, Seed seed, StoppingRule stop, ProcedureObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        options.ThrowIfInvalid();
        var patterns = ConvexReluRun.PatternsOf(rows, options.Patterns, options.Intercept, seed);
        var program = new ReluProgram(rows, patterns, options.Loss, options.Beta, options.Radius, options.Intercept);
        return ConvexReluRun.Train(program, options.Patterns == 0, options.Rho, 1, _ => { }, stop, observer);
    }
}
