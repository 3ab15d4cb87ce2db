using MathNet.Numerics.LinearAlgebra.Double;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Random problems with more weights than examples, from starts that fit everything without being the smallest that do.</summary>
[Claim(
    "minnorm-og/linear",
    Says = "In overparameterized linear models MinNorm-OG gives the interpolator of the retain set with the least norm, from any start that interpolates; methods along gradients of the loss do not.",
    Source = "arXiv:2505.22601, Theorems 1 and 2",
    Seconds = 0.5)]
internal sealed class MinNormOnLinearModels : Claim<Func<IUnlearner>>
{
    private const int Width = 40;
    private const int Retain = 10;
    private const int Forget = 5;
    private const double Near = 1e-6;
    private const double Far = 1e-2;

    /// <inheritdoc/>
    protected override Func<IUnlearner> Method { get; } = new MinNormOgOptions { RegCoef = 1, RegCoefDecay = 0 }.Create;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<IUnlearner>> Defects { get; } = new Dictionary<string, Func<IUnlearner>>
    {
        ["never-projects"] = new FineTuningOptions().Create,
        ["strength-decays-too-early"] = new MinNormOgOptions { RegCoef = 0.5, RegCoefDecay = 0.5 }.Create,
        ["too-few-gradients"] = new MinNormOgOptions { RegCoef = 1, RegCoefDecay = 0, GradSampleSize = Retain - 1 }.Create,
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<IUnlearner> subject, ClaimContext context)
    {
        (string Name, Func<IUnlearner> Make)[] others =
        [
            ("gradient_descent", new FineTuningOptions().Create),
            ("neg_grad_plus", new NegGradPlusOptions { GaCoef = 0.1 }.Create),
            ("noisy_gradient_descent", new NoisyGradientDescentOptions { NoiseSig = 0.1 }.Create),
            ("ridge", new RidgeOptions { RegCoef = 0.1 }.Create),
            ("l1_sparse", new L1SparseOptions { RegCoef = 0.01 }.Create),
        ];
        var worst = 0.0;
        var nearest = others.ToDictionary(other => other.Name, _ => double.PositiveInfinity);
        for (var k = 0; k < (context.Full ? 100 : 10); k++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            worst = Math.Max(worst, Distance(subject, context.Seed.Derive(k)));
            foreach (var (name, make) in others)
            {
                nearest[name] = Math.Min(nearest[name], Distance(make, context.Seed.Derive(k)));
            }
        }

        return ClaimOutcome.Of(
            worst <= Near && nearest.Values.Min() >= Far,
            [("worst_distance", worst), ("limit", Near), .. nearest.Select(pair => ($"nearest_distance_of_{pair.Key}", pair.Value)), ("least_distance_of_others", Far)]);
    }

    // The distance to the interpolator of least norm, as a share of its norm.
    private static double Distance(Func<IUnlearner> make, Seed seed)
    {
        var random = new RandomStream(seed.Derive("linear model"));
        // Quarters, which the products of the forward pass do not round: the start interpolates to the last bit.
        double Quarter() => (random.NextInt(17) - 8) / 4.0;
        double[] theta = [.. Enumerable.Range(0, Width).Select(_ => Quarter())];
        ExampleRows Rows(int count)
        {
            double[] x = [.. Enumerable.Range(0, count * Width).Select(_ => Quarter())];
            return new ExampleRows(
                [.. x.Select(value => (float)value)],
                Width,
                [.. Enumerable.Range(0, count).Select(i => (float)Enumerable.Range(0, Width).Sum(j => theta[j] * x[(i * Width) + j]))]);
        }

        ExampleRows retain = Rows(Retain), forget = Rows(Forget);
        using var model = new Linear(Tensor.From<double>(theta, 1, Width).Release(), role: ParameterRoles.Head);
        make().Forget(new RegressionUnlearningTask(model, forget, retain), new UnlearningBudget
        {
            Optimizer = new SgdOptions { LearningRate = 1e-3 },
            Epochs = 20,
            BatchSize = Retain,
            Leads = ExampleSet.Retain,
            Seed = seed,
            Execution = new ExecutionOptions { Threads = 1 },
        });
        var inputs = DenseMatrix.Create(Retain, Width, (i, j) => retain.Features(i)[j]);
        var labels = DenseVector.Create(Retain, i => retain.Answers(i)[0]);
        var least = inputs.PseudoInverse() * labels;
        return (DenseVector.OfArray(model.Weight.Value.ToDoubles()) - least).L2Norm() / least.L2Norm();
    }
}
