using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Lion;

/// <summary>Lion's steps have one size and its state is one buffer.</summary>
[Claim(
    "lion/one-size-step",
    Says = "Every element of a step is learningRate long before weight decay, whatever the size of its gradient, and the state is one buffer an element.",
    Source = "arXiv:2302.06675, abstract: every parameter's update has the same magnitude, and only the momentum is kept",
    Seconds = 0.1)]
internal sealed class OneSizeStep() : RuleClaim<LionOptions>(
    ("momentum-keeps-its-size", o => new LionKOptions { LearningRate = o.LearningRate, WeightDecay = o.WeightDecay, Kappa = LionKappa.Quadratic }),
    ("adamw", o => new AdamWOptions { LearningRate = o.LearningRate, WeightDecay = o.WeightDecay }))
{
    private const int Elements = 32;
    private const int Steps = 50;
    private const double Rate = 0.5;

    // Numbers below 64 in double, of which one step takes a difference.
    private const double Limit = 64 * 2.3e-16 / Rate * 4;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<LionOptions, MethodOptions> subject, ClaimContext context)
    {
        var deviation = 0.0;
        foreach (var decay in new[] { 0, 0.25 })
        {
            using var numbers = new MovedNumbers(subject(new LionOptions { LearningRate = Rate, WeightDecay = decay }), new double[Elements]);
            var random = new RandomStream(context.Seed.Derive("gradients"));
            var gradient = new double[Elements];
            for (var step = 0; step < Steps; step++)
            {
                for (var i = 0; i < Elements; i++)
                {
                    gradient[i] = Math.Pow(10, (24 * random.NextDouble()) - 12) * Math.Sign(random.NextGaussian());
                }

                var before = numbers.Values.ToArray();
                var moves = numbers.Move(gradient);
                for (var i = 0; i < Elements; i++)
                {
                    deviation = Math.Max(deviation, Math.Abs((Math.Abs(moves[i] + (Rate * decay * before[i])) / Rate) - 1));
                }
            }
        }

        var buffers = Buffers(subject(new LionOptions()));
        return ClaimOutcome.Of(
            deviation <= Limit && buffers == 1,
            ("largest_relative_deviation", deviation),
            ("limit", Limit),
            ("state_numbers_an_element", buffers));
    }

    private static double Buffers(MethodOptions options)
    {
        using var scope = new TensorScope();
        Parameter parameter = new("w", Tensor.Zeros([Elements]), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(ParameterGroups.Of([parameter]).AssignRest(options));
        parameter.Value.Gradient = Tensor.Ones([Elements]);
        optimizer.Step();
        var writer = new StateWriter();
        optimizer.Save(writer);
        return writer.Tensors.Sum(t => (double)t.Value.ElementCount) / Elements;
    }
}
