using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>The first step does not depend on the gradient's size.</summary>
[Claim(
    "mvn-grad/first-step",
    Says = "The first step of every coordinate is learningRate / beta1 long, whatever the gradient's size, like AdaBelief's, where Adam's and LaProp's are learningRate long.",
    Source = "arXiv:2602.10204, update rule at t = 1 without epsilon and variance floor",
    Seconds = 0.1)]
internal sealed class FirstStep() : MvnGradClaim(
    ("no-variance-correction", MvnGradDefects.NoVarianceCorrection),
    ("no-momentum-correction", MvnGradDefects.NoMomentumCorrection),
    ("second-moment", MvnGradDefects.SecondMoment))
{
    // A dozen roundings of 1e-16 each; a thousand times that is allowed.
    private const double Limit = 1e-12;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MvnGradOptions, MethodOptions> subject, ClaimContext context)
    {
        double[] gradients = [.. Enumerable.Range(-12, 25).SelectMany(e => new[] { Math.Pow(10, e), -3 * Math.Pow(10, e) })];
        var largest = 0.0;
        foreach (var beta1 in new[] { 0.5, 0.9, 0.99 })
        {
            var options = new MvnGradOptions { LearningRate = 1, Beta1 = beta1, Epsilon = 0, VarianceFloor = 0 };
            using var numbers = new MovedNumbers(subject(options), new double[gradients.Length]);
            var moves = numbers.Move(gradients);
            for (var i = 0; i < moves.Length; i++)
            {
                largest = Math.Max(largest, Math.Abs((moves[i] * -Math.Sign(gradients[i]) * beta1) - 1));
            }
        }

        return ClaimOutcome.Of(
            largest <= Limit,
            ("largest_relative_deviation", largest),
            ("limit", Limit),
            ("step", Length(subject(new MvnGradOptions { LearningRate = 1, Epsilon = 0, VarianceFloor = 0 }))),
            ("adabelief_step", Length(new AdaBeliefOptions { LearningRate = 1, Epsilon = 0 })),
            ("adam_step", Length(new AdamOptions { LearningRate = 1, Epsilon = 0 })),
            ("laprop_step", Length(new LaPropOptions { LearningRate = 1, Epsilon = 0 })));
    }

    // At the beta1 of 0.9 that all four have by default.
    private static double Length(MethodOptions method)
    {
        using var number = new MovedNumbers(method, [0]);
        return Math.Abs(number.Move([7])[0]);
    }
}
