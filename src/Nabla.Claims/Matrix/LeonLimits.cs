using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.Matrix;

namespace Nabla.Claims.Matrix;

/// <summary>Equalities that hold to rounding, whatever the gradients.</summary>
[Claim(
    "leon/limits",
    Says = "Leon's first step is the polar factor over sqrt(1 + 1/eta^2); a constant gradient leads to singular values 1 / sqrt(1 + (1 - beta1)^2 / (eta^2 (1 - beta2))); with large eta it is Muon; scaling all gradients changes nothing.",
    Source = "arXiv:2602.08232, section 3; the closed forms follow from the update rule",
    Seconds = 0.5)]
internal sealed class LeonLimits : Claim<Func<LeonOptions, LeonOptions>>
{
    // Double precision through one eigendecomposition of condition about 100.
    private const double Limit = 1e-8;

    private static readonly long[] s_shape = [5, 9];

    /// <inheritdoc/>
    protected override Func<LeonOptions, LeonOptions> Method => options => options;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<LeonOptions, LeonOptions>> Defects =>
        new Dictionary<string, Func<LeonOptions, LeonOptions>>
        {
            ["squares-forget-like-the-root"] = options => options with { Beta2 = Math.Sqrt(options.Beta2) },
            ["absolute-ridge"] = options => options with { GradientBound = 0.1 },
            ["half-eta"] = options => options with { Eta = options.Eta / 2 },
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<LeonOptions, LeonOptions> subject, ClaimContext context)
    {
        using var scope = new TensorScope();
        var options = new LeonOptions { LearningRate = 1, Ridge = 0 };
        var stream = new RandomStream(context.Seed);
        var gradients = Enumerable.Range(0, 20).Select(_ => Draw(stream)).ToArray();
        var polar = PolarFactor.Exact(Tensor.From<double>(gradients[0], s_shape));
        var first = Distance(Steps(subject(options), [gradients[0]])[0], polar.ToArray<double>(), -Math.Sqrt(0.5));

        var constant = Steps(subject(options), [.. Enumerable.Repeat(gradients[0], 400)])[^1];
        var reached = Ops.LinalgSvdvals(Tensor.From<double>(constant, s_shape)).ToArray<double>();
        var expected = 1 / Math.Sqrt(1 + (0.01 / 0.1));
        var settled = reached.Max(s => Math.Abs(s - expected));

        var muon = Steps(
            new MuonOptions { LearningRate = 1, Momentum = 0.9, Nesterov = false, Solver = PolarSolver.Exact, Scaling = MuonScaling.None },
            gradients);
        var nearly = Steps(subject(options with { Eta = 1e6 }), gradients);
        var toMuon = nearly.Zip(muon, (a, b) => Distance(a, b, 1)).Max();

        var small = Steps(subject(options), gradients);
        var large = Steps(subject(options), [.. gradients.Select(g => g.Select(x => 1e6 * x).ToArray())]);
        var scaled = small.Zip(large, (a, b) => Distance(a, b, 1)).Max();
        return ClaimOutcome.Of(
            new[] { first, settled, toMuon, scaled }.All(d => d <= Limit),
            ("first_step_error", first),
            ("constant_gradient_error", settled),
            ("distance_to_muon", toMuon),
            ("scale_error", scaled),
            ("limit", Limit));
    }

    private static double[] Draw(RandomStream stream) =>
        [.. Enumerable.Range(0, (int)(s_shape[0] * s_shape[1])).Select(_ => stream.NextGaussian())];

    private static double Distance(double[] a, double[] b, double factor) => a.Zip(b, (x, y) => Math.Abs(x - (factor * y))).Max();

    /// <summary>What each step adds to the parameter.</summary>
    private static List<double[]> Steps(MethodOptions method, double[][] gradients)
    {
        using var scope = new TensorScope();
        var w = new Parameter("w", Tensor.Zeros(s_shape, DType.Float64), ParameterRoles.Matrix);
        using var optimizer = Optimizer.Create(ParameterGroups.Of([w]).AssignRest(method), new ExecutionOptions { Threads = 1 });
        var steps = new List<double[]>();
        foreach (var gradient in gradients)
        {
            w.Value.Gradient = Tensor.From<double>(gradient, s_shape);
            var before = w.Value.ToArray<double>();
            optimizer.Step();
            steps.Add([.. w.Value.ToArray<double>().Zip(before, (x, y) => x - y)]);
        }

        return steps;
    }
}
