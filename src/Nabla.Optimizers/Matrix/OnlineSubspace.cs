using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Matrix;

/// <summary>Adam inside a subspace of small rank that follows the gradients by online principal component analysis.</summary>
/// <remarks>
/// <para>Update: with N = G/‖G‖ and E = PPᵀN - N, D = 2(E Nᵀ P + N Eᵀ P); S = PᵀG, Adam's mean m and variance v of S,
/// W = W - η c P (m / (sqrt(v) + ε)), W = W - ηλW; then P takes a step of AdamW along D. P begins as the first gradient's
/// leading singular vectors, on the smaller side.</para>
/// <para>Needs: gradients; with sides r ≤ c and rank k, 3rk + 2kc numbers of state instead of 2rc.</para>
/// <para>Choose it: where the optimizer's memory is short.</para>
/// </remarks>
[Method(
    "online-subspace-descent",
    Family.Matrix,
    Paper = "arXiv:2408.12857",
    Title = "Memory-Efficient LLM Training with Online Subspace Descent",
    Roles = ParameterRoles.Matrix | ParameterRoles.Convolution)]
[Departs("The first projection comes from one singular value decomposition, as in the authors' code; no later step makes one.")]
[Departs("A projection of full rank stays as it is: nothing is left to follow, and AdamW would blow rounding errors up to whole steps.")]
[Departs("The projection's own AdamW has PyTorch's defaults, its weight decay of 0.01 included, as in the authors' code.")]
public sealed class OnlineSubspace : ITensorRule<OnlineSubspaceOptions>
{
    private const double ProjectionBeta1 = 0.9;
    private const double ProjectionBeta2 = 0.999;
    private const double ProjectionEpsilon = 1e-8;
    private const double ProjectionDecay = 0.01;

    private OnlineSubspace()
    {
    }

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "P[1] = leading rank left singular vectors of gradient, on the smaller side",
        "S = P' * gradient",
        "m[t] = beta1 * m[t-1] + (1 - beta1) * S, v[t] = beta2 * v[t-1] + (1 - beta2) * S^2",
        "W = parameter[t-1] - learningRate * sqrt(1 - beta2^t) / (1 - beta1^t) * scale * P * (m[t] / (sqrt(v[t]) + epsilon))",
        "parameter[t] = W - learningRate * weightDecay * W",
        "from t = 2: N = gradient / norm(gradient), E = P * P' * N - N, P[t+1] = adamw step of P along 2 * (E * N' * P + N * E' * P)",
    ];

    /// <inheritdoc/>
    public static IReadOnlyList<StateTensor> States(OnlineSubspaceOptions options, ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (rows, columns) = MatrixShape.Of(shape);
        var (side, length) = (Math.Min(rows, columns), Math.Max(rows, columns));
        var rank = Math.Min(options.Rank, side);
        return
        [
            new("projection", side, rank), new("projectionMean", side, rank), new("projectionVariance", side, rank),
            new("mean", rank, length), new("variance", rank, length),
        ];
    }

    /// <inheritdoc/>
    public static Tensor Update(
        Tensor parameter, Tensor gradient, TensorStates states, OnlineSubspaceOptions options, in StepContext context)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(options);
        var view = MatrixShape.View(options.Maximize ? -gradient : gradient);
        var isTall = view.Shape[0] >= view.Shape[1];
        var g = isTall ? view.T() : view;
        var projection = states["projection"];
        if (context.Step == 1)
        {
            states["projection"] = Ops.LinalgSvd(g, fullMatrices: false).U.Narrow(1, 0, projection.Shape[1]);
        }

        var low = projection.T().Matmul(g);
        var mean = states["mean"].Mul_(options.Beta1).Add_(low, 1 - options.Beta1);
        var variance = states["variance"].Mul_(options.Beta2).Add_(low * low, 1 - options.Beta2);
        var rate = options.LearningRate * Math.Sqrt(1 - Math.Pow(options.Beta2, context.Step)) / (1 - Math.Pow(options.Beta1, context.Step));
        var step = projection.Matmul(mean / (variance.Sqrt() + options.Epsilon));
        var next = parameter.Sub_((isTall ? step.T() : step).Reshape(parameter.Shape), rate * options.Scale);
        if (options.WeightDecay > 0)
        {
            next = next.Sub_(next * (options.LearningRate * options.WeightDecay));
        }

        if (context.Step > 1 && options.ProjectionRate > 0 && projection.Shape[1] < projection.Shape[0])
        {
            Follow(g, states, options.ProjectionRate, context.Step - 1);
        }

        return next;
    }

    /// <summary>A step of AdamW on ‖P Pᵀ N - N‖², N the normalized gradient.</summary>
    private static void Follow(Tensor g, TensorStates states, double rate, long step)
    {
        var norm = g.LinalgNorm().Item();
        if (norm == 0)
        {
            return;
        }

        var p = states["projection"];
        var n = g / norm;
        var e = p.Matmul(p.T().Matmul(n)) - n;
        var slope = (e.Matmul(n.T().Matmul(p)) + n.Matmul(e.T().Matmul(p))) * 2;
        var mean = states["projectionMean"].Mul_(ProjectionBeta1).Add_(slope, 1 - ProjectionBeta1);
        var variance = states["projectionVariance"].Mul_(ProjectionBeta2).Add_(slope * slope, 1 - ProjectionBeta2);
        var corrected = (variance * (1 / (1 - Math.Pow(ProjectionBeta2, step)))).Sqrt() + ProjectionEpsilon;
        p.Mul_(1 - (rate * ProjectionDecay)).Sub_(mean / corrected, rate / (1 - Math.Pow(ProjectionBeta1, step)));
    }
}
