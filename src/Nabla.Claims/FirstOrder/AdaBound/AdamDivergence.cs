using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.AdaBound;

/// <summary>AdaBound converges where Adam goes to the worst point.</summary>
[Claim(
    "adabound/adam-divergence",
    Says = "On the online problem on which Adam goes to the worst point of [-1, 1] AdaBound goes to the best one, and its rates stay inside bounds that close on the final rate.",
    Source = "arXiv:1902.09843; the problem is that of Reddi, Kale and Kumar, arXiv:1904.09237",
    Seconds = 1)]
internal sealed class AdamDivergence() : RuleClaim<AdaBoundOptions>(
    ("no-bounds", o => new AdamWOptions { LearningRate = o.LearningRate, Beta1 = o.Beta1, Beta2 = o.Beta2, Epsilon = o.Epsilon, WeightDecay = 0 }),
    ("bounds-never-close", o => o with { Gamma = 1e-9 }))
{
    // Losses 3x, -x, -x in turn: their sum falls towards x = -1. With beta2 = 1 / (1 + 3^2) Adam moves the other way.
    private const double Large = 3;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdaBoundOptions, MethodOptions> subject, ClaimContext context)
    {
        var steps = context.Full ? 60_000 : 6_000;
        var options = new AdaBoundOptions
        {
            LearningRate = 0.01,
            Beta1 = 0,
            Beta2 = 1 / (1 + (Large * Large)),
            FinalLearningRate = 0.01,
            Gamma = 0.01,
        };
        var (late, outside, width) = Run(subject(options), options, steps);
        var (adam, _, _) = Run(
            new AdamWOptions { LearningRate = options.LearningRate, Beta1 = 0, Beta2 = options.Beta2, WeightDecay = 0 }, options, steps);
        // The last round of three moves x by less than five final rates; the limit is ten times that.
        const double limit = -0.5;
        return ClaimOutcome.Of(
            late < limit && outside <= 1e-12,
            ("mean_of_last_tenth", late),
            ("limit", limit),
            ("adam_mean_of_last_tenth", adam),
            ("most_a_rate_left_its_bounds", Finite(outside)),
            ("width_of_the_bounds_at_the_end", width));
    }

    private static (double Late, double Outside, double Width) Run(MethodOptions method, AdaBoundOptions bounds, int steps)
    {
        using var scope = new TensorScope();
        Parameter parameter = new("x", Tensor.Zeros([1], DType.Float64), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of([parameter]).AssignRest(method), new ExecutionOptions { Threads = 1 });
        var gradient = Tensor.Zeros([1], DType.Float64);
        double sum = 0, outside = 0, width = 0;
        for (var t = 1; t <= steps; t++)
        {
            var slope = t % 3 == 1 ? Large : -1;
            gradient.AsSpan<double>()[0] = slope;
            parameter.Value.Gradient = gradient;
            var before = parameter.Value.AsSpan<double>()[0];
            optimizer.Step();
            ref var x = ref parameter.Value.AsSpan<double>()[0];
            var rate = (before - x) / slope;
            var lower = bounds.FinalLearningRate * (1 - (1 / ((bounds.Gamma * t) + 1)));
            var upper = bounds.FinalLearningRate * (1 + (1 / (bounds.Gamma * t)));
            outside = Math.Max(outside, Math.Max(lower - rate, rate - upper));
            width = upper - lower;
            x = Math.Clamp(x, -1, 1);
            sum += t > steps * 9 / 10 ? x : 0;
        }

        return (sum / (steps / 10), outside, width);
    }
}
