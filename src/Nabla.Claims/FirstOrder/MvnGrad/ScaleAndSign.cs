using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>Only the shape of the sequence of gradients matters, not its unit.</summary>
[Claim(
    "mvn-grad/scale-and-sign",
    Says = "Multiplying every gradient by a positive number changes no step, and by a negative one only its sign.",
    Source = "arXiv:2602.10204, update rule without epsilon and variance floor",
    Seconds = 0.1)]
internal sealed class ScaleAndSign() : MvnGradClaim(("undivided", MvnGradDefects.Undivided))
{
    // Steps are of size 1 and a few hundred of them add up, rounded to 1e-14; a thousand times that is allowed.
    private const double Limit = 1e-10;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<MvnGradOptions, MethodOptions>> Defects =>
        new Dictionary<string, Func<MvnGradOptions, MethodOptions>>(base.Defects, StringComparer.Ordinal)
        {
            ["floor-kept"] = options => options with { VarianceFloor = 1e-8 },
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MvnGradOptions, MethodOptions> subject, ClaimContext context)
    {
        const int count = 32;
        var options = new MvnGradOptions { LearningRate = 1, Epsilon = 0, VarianceFloor = 0 };
        double[] factors = [1e-6, 3, 1e7, -1, -0.02];
        using var reference = new MovedNumbers(subject(options), new double[count]);
        var scaled = factors.Select(_ => new MovedNumbers(subject(options), new double[count])).ToArray();
        var random = new RandomStream(context.Seed.Derive("gradients"));
        double[] gradient = new double[count], times = new double[count];
        var largest = 0.0;
        for (var step = 0; step < (context.Full ? 3000 : 300); step++)
        {
            Noise.Fill(random, gradient, 0.3, 1);
            var expected = reference.Step(gradient);
            for (var f = 0; f < factors.Length; f++)
            {
                for (var i = 0; i < count; i++)
                {
                    times[i] = factors[f] * gradient[i];
                }

                var got = scaled[f].Step(times);
                for (var i = 0; i < count; i++)
                {
                    largest = Math.Max(largest, Math.Abs(got[i] - (Math.Sign(factors[f]) * expected[i])));
                }
            }
        }

        foreach (var numbers in scaled)
        {
            numbers.Dispose();
        }

        return ClaimOutcome.Of(largest <= Limit, ("largest_deviation", largest), ("limit", Limit));
    }
}
