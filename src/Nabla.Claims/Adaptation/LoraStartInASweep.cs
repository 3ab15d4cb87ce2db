using System.Globalization;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation;

/// <summary>A network that solves one task is fitted to another by adapters of both starts, at a grid of rates, on several seeds.</summary>
[Claim(
    "lora/start-in-a-sweep",
    Says = "In a sweep of learning rates, the best rate of a start with B zero and A random is larger than that of a start with A zero and B random, and at the best rate of each the first errs less on average.",
    Source = "arXiv:2406.08447, experiments",
    Seconds = 3.0)]
internal sealed class LoraStartInASweep : Claim<LoraStartInASweep.Subject>
{
    private const int Outputs = 8;
    private const int Rank = 4;
    private const int Held = 256;
    private const int Batch = 128;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(LoraStart.Default, LoraStart.Reversed);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["starts-exchanged"] = new(LoraStart.Reversed, LoraStart.Default),
        ["one-start"] = new(LoraStart.Default, LoraStart.Default),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        var (width, seeds, steps) = context.Full ? (512, 8, 100) : (256, 6, 40);
        // A factor of 2 apart.
        double[] rates = [.. Enumerable.Range(context.Full ? -11 : -9, context.Full ? 10 : 6).Select(i => Math.Pow(2, i))];
        var best = new double[2][];
        var rate = new double[2][];
        foreach (var (side, start) in new[] { (0, subject.AFirst), (1, subject.BFirst) })
        {
            (best[side], rate[side]) = (new double[seeds], new double[seeds]);
            for (var i = 0; i < seeds; i++)
            {
                context.Progress?.Report(string.Create(CultureInfo.InvariantCulture, $"Start {side + 1}, seed {i + 1} of {seeds}."));
                using var problem = new Shifted(width, steps, context.Seed.Derive(i));
                var all = rates.Select(r => problem.Fit(start, r, context.CancellationToken)).ToArray();
                (best[side][i], rate[side][i]) = all.Zip(rates).Min();
            }
        }

        var (losses, larger) = (new PairedRatios(best[1], best[0]), new PairedRatios(rate[0], rate[1]));
        static double Mean(double[] values) => Math.Exp(values.Average(v => Math.Log(v)));
        var verdict = losses.Verdict == Verdict.Holds && larger.Verdict == Verdict.Holds ? Verdict.Holds
            : losses.Verdict == Verdict.Fails || larger.Verdict == Verdict.Fails ? Verdict.Fails
            : Verdict.Inconclusive;
        return new ClaimOutcome(
            verdict,
            new Dictionary<string, double>(StringComparer.Ordinal)
            {
                ["width"] = width,
                ["rates"] = rates.Length,
                ["seeds"] = seeds,
                ["mean_best_rate_with_a_random"] = Mean(rate[0]),
                ["mean_best_rate_with_b_random"] = Mean(rate[1]),
                ["mean_log_ratio_of_best_rates"] = larger.Mean,
                ["standard_error_of_rates"] = larger.Error,
                ["mean_loss_at_best_rate_with_a_random"] = Mean(best[0]),
                ["mean_loss_at_best_rate_with_b_random"] = Mean(best[1]),
                ["mean_log_ratio_of_losses"] = losses.Mean,
                ["standard_error_of_losses"] = losses.Error,
                ["limit_in_standard_errors"] = losses.Limit,
            });
    }

    /// <summary>The starts that stand for A random and for B random.</summary>
    internal sealed record Subject(LoraStart AFirst, LoraStart BFirst);

    /// <summary>A network, the same one with changes of low rank, and samples of the latter.</summary>
    private sealed class Shifted : IDisposable
    {
        private readonly Network _base;
        private readonly Tensor _inputs;
        private readonly Tensor _targets;
        private readonly Seed _seed;
        private readonly int _steps;

        public Shifted(int width, int steps, Seed seed)
        {
            (_seed, _steps) = (seed, steps);
            using var scope = new TensorScope();
            using var mode = GradMode.Disable();
            Tensor Draw(string name, int rows, int columns, double size) =>
                new RandomStream(seed.Derive(name)).NextGaussians([rows, columns]) * size;
            Tensor hidden = Draw("hidden", width, width, Math.Sqrt(2.0 / width)), output = Draw("output", Outputs, width, Math.Sqrt(1.0 / width));
            _base = new Network(hidden.Clone().Release(), output.Clone().Release());
            Tensor Change(string name, int rows) => Draw(name + " left", rows, Rank, 0.5).Mm(Draw(name + " right", Rank, width, Math.Sqrt(1.0 / width)));
            using var teacher = new Network((hidden + Change("hidden", width)).Release(), (output + Change("output", Outputs)).Release());
            _inputs = Draw("inputs", (steps * Batch) + Held, width, 1).Release();
            _targets = teacher.Forward(_inputs).Release();
        }

        public double Fit(LoraStart start, double rate, CancellationToken cancellationToken)
        {
            using var adapter = new LoraAdapter(_base, new LoraOptions { Rank = Rank, Alpha = Rank, Start = start }, _seed.Derive("adapter"), ["hidden", "output"]);
            adapter.Attach();
            using var optimizer = Optimizer.Create(
                ParameterGroups.Of(adapter.Parameters).AssignRest(new AdamWOptions { LearningRate = rate, WeightDecay = 0 }));
            // Every sample is seen once, so that what is compared is how fast a start learns and not how well it remembers.
            for (var step = 0; step < _steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var inner = new TensorScope();
                var at = step * Batch;
                (_base.Forward(_inputs[at..(at + Batch)]) - _targets[at..(at + Batch)]).Square().Mean().Backward();
                optimizer.Step();
                optimizer.ZeroGradients();
            }

            return HeldOutLoss();
        }

        public void Dispose()
        {
            _base.Dispose();
            _inputs.Dispose();
            _targets.Dispose();
        }

        // The mean squared error on inputs that no step has seen; what is not finite is the largest.
        private double HeldOutLoss()
        {
            using var scope = new TensorScope();
            using var mode = GradMode.Disable();
            var loss = (_base.Forward(_inputs[(_steps * Batch)..]) - _targets[(_steps * Batch)..]).Square().Mean().Item();
            return double.IsFinite(loss) ? loss : double.MaxValue;
        }
    }

    private sealed class Network : Module
    {
        private readonly Linear _hidden;
        private readonly Linear _output;

        public Network(Tensor hidden, Tensor output)
        {
            _hidden = Register("hidden", new Linear(hidden));
            _output = Register("output", new Linear(output));
            foreach (var parameter in Parameters)
            {
                parameter.Value.RequiresGrad = false;
            }
        }

        public override Tensor Forward(Tensor input)
        {
            using var scope = new TensorScope();
            return _output.Forward(_hidden.Forward(input).Relu()).MoveToOuter();
        }
    }
}
