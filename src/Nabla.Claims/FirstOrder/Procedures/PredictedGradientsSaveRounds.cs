using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Claims.FirstOrder.Procedures;

/// <summary>Predictions improve with what is remembered, and walking ahead with them saves rounds.</summary>
[Claim(
    "optex/fewer-rounds",
    Says = "The kernel's gradient prediction error falls as history grows; with N parallel workers, sequential rounds to a target loss drop well below SGD's, by the root of N at least.",
    Source = "arXiv:2402.11427, abstract",
    Seconds = 1)]
internal sealed class PredictedGradientsSaveRounds : Claim<Func<OptexOptions, OptexOptions>>
{
    private const int Workers = 4;
    private const int MostRounds = 3000;

    /// <inheritdoc/>
    protected override Func<OptexOptions, OptexOptions> Method => options => options;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<OptexOptions, OptexOptions>> Defects { get; } =
        new Dictionary<string, Func<OptexOptions, OptexOptions>>
        {
            ["one-worker"] = options => options with { Workers = 1 },
            ["scale-far-too-small"] = options => options with { LengthScale = 1e-6 },
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<OptexOptions, OptexOptions> subject, ClaimContext context)
    {
        var count = context.Full ? 1000 : 100;
        var dimension = context.Full ? 50 : 10;
        var seeds = context.Full ? 10 : 3;
        double sgd = 0, optex = 0;
        var errors = new double[4];
        for (var s = 0; s < seeds; s++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var seed = context.Seed.Derive(s);
            var data = SyntheticData.Draw(seed.Derive("data"), count, SyntheticData.Deviations(dimension, 3), 1);
            var problem = new LinearModelLoss(data.Rows, data.Labels, LossKind.Logistic, 0.01);
            var options = subject(new OptexOptions { LearningRate = 0.5, Workers = Workers, History = 40 });
            for (var k = 0; k < errors.Length; k++)
            {
                errors[k] += PredictionError(problem, options, 5 << k, seed) / seeds;
            }

            var target = Target(problem);
            sgd += (double)Rounds(problem, options with { Workers = 1 }, target, seed) / seeds;
            optex += (double)Rounds(problem, options, target, seed) / seeds;
        }

        var falls = errors.Zip(errors.Skip(1)).All(pair => pair.Second < pair.First);
        return ClaimOutcome.Of(
            falls && optex * Math.Sqrt(Workers) <= sgd,
            ("error_with_5", errors[0]),
            ("error_with_10", errors[1]),
            ("error_with_20", errors[2]),
            ("error_with_40", errors[3]),
            ("rounds_sgd", sgd),
            ("rounds_optex", optex));
    }

    // The mean relative error near a remembered cloud of points.
    private static double PredictionError(LinearModelLoss problem, OptexOptions options, int history, Seed seed)
    {
        var random = new RandomStream(seed.Derive("cloud"));
        var predictor = new GradientPredictor(options.Kernel, history, options.LengthScale, options.Noise);
        double[] gradient = new double[problem.Dimension], predicted = new double[problem.Dimension];
        for (var i = 0; i < history; i++)
        {
            var point = SyntheticData.Normal(random, problem.Dimension);
            problem.Gradient(point, gradient);
            predictor.Add(point, gradient);
        }

        random = new RandomStream(seed.Derive("test points"));
        var error = 0.0;
        const int tests = 20;
        for (var i = 0; i < tests; i++)
        {
            var point = SyntheticData.Normal(random, problem.Dimension);
            problem.Gradient(point, gradient);
            predictor.Predict(point, predicted);
            error += SyntheticData.Norm(gradient.Zip(predicted, (g, p) => g - p)) / SyntheticData.Norm(gradient) / tests;
        }

        return error;
    }

    // A hundredth of the way is left.
    private static double Target(LinearModelLoss problem)
    {
        var start = new double[problem.Dimension];
        var best = new PolynomialPreconditioning(new() { Polynomial = PolynomialKind.Krylov, Order = 3 })
            .Minimize(problem, start, new() { Tolerance = 1e-9 }).Value;
        return best + (0.01 * (problem.Value(start) - best));
    }

    private static long Rounds(LinearModelLoss problem, OptexOptions options, double target, Seed seed)
    {
        var reached = (long)MostRounds;
        using var enough = new CancellationTokenSource();
        void Watch(in ProcedureStep step)
        {
            if (!enough.IsCancellationRequested && problem.Value(step.Point) <= target)
            {
                reached = step.Iteration;
                enough.Cancel();
            }
        }

        var stop = new StoppingRule { Iterations = MostRounds, CancellationToken = enough.Token };
        new Optex(options).Minimize(new NoisyObjective(problem, 0), new double[problem.Dimension], stop, seed, Watch);
        return reached;
    }
}
