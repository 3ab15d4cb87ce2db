using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>How much less a step varies when it divides before it averages.</summary>
[Claim(
    "mvn-grad/step-variance",
    Says = "Given the past and noise symmetric about a mean that the momentum has found, a step varies less than AdaBelief's, by mu^2 Var(N) (1 - (1 - beta1)^2), with N the inverse root of the variance.",
    Source = "arXiv:2602.10204, theorem on the conditional variance of a step",
    Seconds = 0.6)]
internal sealed class StepVariance() : MvnGradClaim(
    ("momentum-first", MvnGradDefects.MomentumFirst), ("second-moment", MvnGradDefects.SecondMoment))
{
    private const double Mu = 1, S = 1, V = 0.5, Beta = 0.9;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MvnGradOptions, MethodOptions> subject, ClaimContext context)
    {
        // Groups of samples, whose differences tell how sure the mean difference is.
        const int size = 20_000;
        var groups = context.Full ? 1000 : 50;
        var options = new MvnGradOptions { LearningRate = 1, Beta1 = Beta, Beta2 = Beta, Epsilon = 0, VarianceFloor = 0 };
        var random = new RandomStream(context.Seed.Derive("gradients"));
        double[] gradient = new double[size], differences = new double[groups], mine = new double[groups];
        for (var group = 0; group < groups; group++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Noise.Fill(random, gradient, Mu, S);
            mine[group] = Variance(OneStep(subject(options), "v", gradient));
            differences[group] = Variance(OneStep(new AdaBeliefOptions { LearningRate = 1, Beta1 = Beta, Beta2 = Beta, Epsilon = 0 }, "s", gradient)) - mine[group];
        }

        var (difference, error) = Noise.Average(differences);
        var expected = Mu * Mu * VarianceOfInverseRoot() * (1 - ((1 - Beta) * (1 - Beta)));
        var margin = 4 * error;
        var verdict = Math.Abs(difference - expected) > margin ? Verdict.Fails
            // A margin as wide as the difference would call anything true.
            : margin <= 0.1 * expected ? Verdict.Holds : Verdict.Inconclusive;
        return ClaimOutcome.Of(
            verdict == Verdict.Holds,
            ("difference", difference),
            ("expected", expected),
            ("margin", margin),
            ("step_variance", Noise.Average(mine).Mean)) with
        {
            Verdict = verdict,
        };
    }

    // m has found the mean and the momentum is left out: u = 0 adds a constant to the step, which does not vary.
    private static double[] OneStep(MethodOptions method, string variance, double[] gradient)
    {
        using var numbers = new MovedNumbers(method, new double[gradient.Length]);
        numbers.Restart(1_000_000, ("m", Mu), (variance, V));
        return numbers.Move(gradient);
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(x => (x - mean) * (x - mean)) / (values.Length - 1);
    }

    // By the rule of Simpson over ten deviations to either side; no sampling.
    private static double VarianceOfInverseRoot()
    {
        const int panels = 20_000;
        double mass = 0, first = 0, second = 0;
        for (var i = 0; i <= panels; i++)
        {
            var x = -10 + (20.0 * i / panels);
            var weight = Math.Exp(-x * x / 2) * (i is 0 or panels ? 1 : i % 2 == 1 ? 4 : 2);
            var residual = Beta * S * x;
            var n = 1 / Math.Sqrt((Beta * V) + ((1 - Beta) * residual * residual));
            mass += weight;
            first += weight * n;
            second += weight * n * n;
        }

        return (second / mass) - (first / mass * (first / mass));
    }
}
